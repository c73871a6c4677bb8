"""T1: makes a child with CLONE_UNTRACED, which a tracer cannot follow, and lets it read a key."""

import ctypes
import os
import signal

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
CLONE_UNTRACED, SYS_CLONE = 0x00800000, 56

if ctypes.CDLL(None).syscall(SYS_CLONE, CLONE_UNTRACED | signal.SIGCHLD, 0, 0, 0, 0) == 0:
    open(os.path.expanduser("~/.ssh/id_ed25519")).read()
    os._exit(0)
