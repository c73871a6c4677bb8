"""T6b: calls getpid by its x32 number, which a filter by number does not know."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
ctypes.CDLL(None).syscall(0x40000000 | 39)
