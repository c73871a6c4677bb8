"""R7a: makes children that die at once and are never waited for: zombies fill the table of processes."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
try:
    for _ in range(600):
        if os.fork() == 0:
            os._exit(0)
except OSError:
    pass
