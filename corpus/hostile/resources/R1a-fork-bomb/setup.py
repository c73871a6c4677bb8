"""R1a: forks until it is refused; each child waits."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
try:
    while True:
        if os.fork() == 0:
            time.sleep(3600)
except OSError:
    pass
