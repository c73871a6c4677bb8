"""E3: writes to the serial line, the console and the kernel's log for some seconds each, as fast as they take it."""

import os
import signal
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for name in ("/dev/ttyS0", "/dev/console", "/dev/kmsg", "/dev/tty1", "/dev/hvc0"):
    try:
        fd = os.open(name, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        continue
    os.set_blocking(fd, True)  # now that it is open: a line that takes no more is waited for, not given up
    writer = os.fork()
    if writer == 0:
        while True:
            try:
                os.write(fd, b"y\n" * (256 if name == "/dev/kmsg" else 2048))
            except OSError:
                os._exit(0)
    time.sleep(4)
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
