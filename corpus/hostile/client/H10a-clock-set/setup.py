"""H10a: sets the clock years ahead and back: order and times of what it does stay as they are."""

import ctypes
import os
import struct
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for year in (2099, 1971):
    try:
        time.clock_settime(time.CLOCK_REALTIME, (year - 1970) * 31_557_600)
    except OSError:
        pass
ctypes.CDLL(None).settimeofday(struct.pack("qq", 1, 0), None)
open("/tmp/went-on", "w").close()
