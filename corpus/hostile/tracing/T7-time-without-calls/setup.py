"""T7: spins on the clock, which the vDSO answers without a call, and then reads a key."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
end = time.time() + 1
while time.time() < end:
    pass
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
