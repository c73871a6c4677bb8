"""R2: takes memory, and touches it, until it is refused or killed."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
kept = []
while True:
    kept.append(bytearray(b"x" * (16 << 20)))
