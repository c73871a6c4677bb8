"""T27: writes forged lines of a trace to every descriptor, its own and those of every process it can see."""

import glob
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
line = b'1 1700000000.000000000 execve("/bin/forged", ["forged"], 0x0) = 0 <0.000001>\n'
for fd in range(1, 256):
    try:
        os.write(fd, line)
    except OSError:
        pass
for name in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        with open(name, "wb", buffering=0) as file:
            file.write(line)
    except OSError:
        pass
