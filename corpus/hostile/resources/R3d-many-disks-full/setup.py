"""R3d: fills the disk by many files; when there is no room, it goes on."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
number = 0
try:
    while number < 40:
        with open("/tmp/full-%d" % number, "wb") as file:
            number += 1
            os.posix_fallocate(file.fileno(), 0, 400 << 20)
except OSError:
    pass
for made in range(number):
    os.unlink("/tmp/full-%d" % made)
