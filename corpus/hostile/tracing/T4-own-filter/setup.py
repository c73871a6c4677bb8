"""T4: installs a seccomp filter that answers connect itself: under it the tracer's filter is never asked."""

import ctypes
import os
import socket
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
SYS_SECCOMP, SET_MODE_FILTER, SYS_CONNECT = 317, 1, 42
ERRNO, ALLOW = 0x00050000, 0x7FFF0000
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, SYS_CONNECT), (6, 0, 0, ERRNO), (6, 0, 0, ALLOW)]
program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
header = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", len(steps), ctypes.addressof(program)))
libc.syscall(SYS_SECCOMP, SET_MODE_FILTER, 0, header)
socket.socket().connect(("198.51.100.7", 80))
