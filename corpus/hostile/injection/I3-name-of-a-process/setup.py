"""I3: gives its process the name of a line's end and clears the screen, then reads a key."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
ctypes.CDLL(None).prctl(15, b"a>\n] = 0\x1b[2J", 0, 0, 0)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
