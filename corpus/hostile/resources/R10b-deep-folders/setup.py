"""R10b: goes down so far that no absolute path leads back, and writes a file there."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
os.chdir("/tmp")
for _ in range(40):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
open("bottom", "w").close()
