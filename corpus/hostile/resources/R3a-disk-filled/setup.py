"""R3a: writes until it is refused: the limit of one file refuses it, and the host's disk never knows."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with open("filling", "wb", buffering=0) as file:
    while True:
        file.write(bytes(4 << 20))
