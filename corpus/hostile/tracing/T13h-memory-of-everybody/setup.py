"""T13h: as root writes into the memory of every process there may be, by the call and by the file in /proc."""

import ctypes
import os
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None, use_errno=True)
word = ctypes.create_string_buffer(b"evil")
piece = struct.pack("QQ", ctypes.addressof(word), 4)
for pid in range(1, 400):
    if pid == os.getpid():
        continue
    libc.syscall(311, pid, piece, 1, piece, 1, 0)  # process_vm_writev: at the same address as here
    try:
        os.open("/proc/%d/mem" % pid, os.O_RDWR)
    except OSError:
        pass
