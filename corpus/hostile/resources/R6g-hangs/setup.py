"""R6g: never answers. The task that waits for it is timed out, nothing of it lives on, and the run ends."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
while True:
    time.sleep(60)
