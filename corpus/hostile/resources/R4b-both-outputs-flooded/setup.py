"""R4b: prints to both outputs and to the stream of hints, so that none can wait for the other."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for _ in range(100):
    for fd in (1, 2, int(os.environ["PROBE_FD"])):
        os.write(fd, b"y" * 65535 + b"\n")
