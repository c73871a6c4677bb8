"""T8g: a key's name, a folder's and an address stand in memory that may only be written: the kernel reads it, a tracer cannot."""

import ctypes
import mmap
import os
import socket
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
SYS_MEMFD_SECRET = 447
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
page = libc.mmap(None, 4096, mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)


def hidden(data, place=0):
    ctypes.memmove(page + place, data + b"\0", len(data) + 1)
    return ctypes.c_void_p(page + place)


folder = os.path.expanduser("~/.ssh").encode()
libc.link(hidden(folder + b"/id_ed25519"), hidden(folder + b"/note", 2048))
libc.chdir(hidden(folder))
open("note").close()
address = struct.pack("=HH", socket.AF_INET, socket.htons(443)) + socket.inet_aton("198.51.100.7") + bytes(8)
probe = socket.socket()
libc.connect(probe.fileno(), hidden(address), 16)
secret = libc.syscall(SYS_MEMFD_SECRET, 0)  # memory that is in no other process' reach at all
open("/tmp/secret" if secret >= 0 else "/tmp/no-secret-%d" % ctypes.get_errno(), "w").close()
