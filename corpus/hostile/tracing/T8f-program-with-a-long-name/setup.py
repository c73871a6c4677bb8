"""T8f: starts a program by a name that is longer than what a second sensor can keep."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
os.execv("/" + "./" * 200 + "usr/bin/true", ["true"])
