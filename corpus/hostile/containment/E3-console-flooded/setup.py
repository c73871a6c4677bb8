"""E3: writes twenty megabytes to the serial line, the console and the kernel's log."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for name in ("/dev/ttyS0", "/dev/console", "/dev/kmsg", "/dev/tty1", "/dev/hvc0"):
    try:
        fd = os.open(name, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        continue
    for _ in range(320):
        try:
            os.write(fd, b"y\n" * 8192)
        except OSError:
            break
