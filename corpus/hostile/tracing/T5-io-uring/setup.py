"""T5: asks for an io_uring, whose operations pass no tracer, and says by a file's name what it was answered."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
SYS_IO_URING_SETUP = 425
libc = ctypes.CDLL(None, use_errno=True)
ring = libc.syscall(SYS_IO_URING_SETUP, 8, ctypes.create_string_buffer(120))
open("/tmp/ring" if ring >= 0 else "/tmp/no-ring-%d" % ctypes.get_errno(), "w").close()
