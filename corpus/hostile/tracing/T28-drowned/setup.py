"""T28: asks twenty thousand times for the same file, then reads a key."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for _ in range(20_000):
    os.access("/no/such/file", os.F_OK)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
