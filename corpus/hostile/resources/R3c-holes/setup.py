"""R3c: makes files of a terabyte that hold nothing, and asks for a terabyte of real room."""

import os
import signal

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
fd = os.open("/tmp/sparse", os.O_CREAT | os.O_RDWR)
for make in (lambda: os.ftruncate(fd, 1 << 40), lambda: os.posix_fallocate(fd, 0, 1 << 40)):
    try:
        make()
    except OSError:
        pass
