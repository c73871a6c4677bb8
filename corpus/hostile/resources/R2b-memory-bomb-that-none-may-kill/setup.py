"""R2b: asks, as root, to be killed last of all when memory runs out, and takes all there is."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
try:
    with open("/proc/self/oom_score_adj", "w") as wish:
        wish.write("-1000")
except OSError:
    pass
kept = []
while True:
    kept.append(bytearray(b"x" * (16 << 20)))
