"""T12: as root, attaches by PTRACE_SEIZE to its parent, to process 1 and to all the numbers around."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
PTRACE_SEIZE = 0x4206
for pid in {os.getppid(), *range(0, 40)} - {os.getpid()}:
    ctypes.CDLL(None).ptrace(PTRACE_SEIZE, pid, 0, 0)
