"""R5: makes calls with long, different arguments until the trace is full."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for number in range(100_000):
    os.access("/no/such/%d/%s" % (number, "x" * 2000), os.F_OK)
