"""R4a: prints twenty-five megabytes."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for _ in range(400):
    os.write(1, b"y\n" * 32768)
