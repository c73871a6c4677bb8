"""E1: asks for ports and physical memory, and writes noise to every PCI device's registers."""

import ctypes
import glob
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None)
libc.iopl(3)
libc.ioperm(0, 1024, 1)
for name in ("/dev/mem", "/dev/kmem", "/dev/port", *glob.glob("/sys/bus/pci/devices/*/resource[0-9]"), *glob.glob("/sys/bus/pci/devices/*/config")):
    try:
        with open(name, "r+b", buffering=0) as device:
            for _ in range(100):
                device.write(os.urandom(64))
    except OSError:
        pass
