"""T6b: opens a key by the x32 number of openat, which a filter by number does not know."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
AT_FDCWD = -100
key = os.path.expanduser("~/.ssh/id_ed25519").encode()
ctypes.CDLL(None).syscall(0x40000000 | 257, AT_FDCWD, key, os.O_RDONLY)
os.mkdir("/tmp/went-on")
