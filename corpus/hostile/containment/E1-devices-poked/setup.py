"""E1: asks for ports and physical memory, and for five seconds writes noise to whatever registers it gets."""

import ctypes
import glob
import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None)
libc.iopl(3)
libc.ioperm(0, 1024, 1)
given = []
for name in ("/dev/mem", "/dev/kmem", "/dev/port", *glob.glob("/sys/bus/pci/devices/*/resource[0-9]"), *glob.glob("/sys/bus/pci/devices/*/config")):
    try:
        given.append(os.open(name, os.O_RDWR))
    except OSError:
        pass
until = time.monotonic() + 5
while given and time.monotonic() < until:
    for device in given:
        try:
            os.pwrite(device, os.urandom(64), 0)
        except OSError:
            pass
