"""R4a: prints a hundred megabytes."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for _ in range(1600):
    os.write(1, b"y\n" * 32768)
