"""T26: times a hundred thousand cheap calls: under a tracer that stops at each they take fifty times as long."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
began = time.perf_counter()
for _ in range(100_000):
    os.getppid()
took = time.perf_counter() - began
began = time.perf_counter()
for _ in range(100_000):
    os.path.splitext("a.b")
own = time.perf_counter() - began
open("/tmp/measured", "w").close()
if took > 10 * own:
    open("/tmp/slow", "w").close()
