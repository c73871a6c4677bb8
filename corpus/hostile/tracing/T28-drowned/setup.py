"""T28: asks for the same file for six seconds, as often as it can, then reads a key."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
until = time.monotonic() + 6
while time.monotonic() < until:
    for _ in range(1000):
        os.access("/no/such/file", os.F_OK)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
