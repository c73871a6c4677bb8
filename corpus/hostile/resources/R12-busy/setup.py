"""R12: spins in as many processes as there are processors, and more."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for _ in range(3):
    if os.fork() == 0:
        break
while True:
    pass
