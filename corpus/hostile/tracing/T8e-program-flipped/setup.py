"""T8e: one process writes two programs in turns into the name that another one starts, which begins with a long spelling."""

import ctypes
import mmap
import os
import signal

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
os.chdir("/")
names = [b"./" * 60 + name + b"\0" for name in (b"usr/bin/true", b"usr/bin/test")]
page = mmap.mmap(-1, 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
flipper = os.fork()
if flipper == 0:
    while True:
        for name in names:
            page[: len(name)] = name
            for _ in range(200):
                pass
libc = ctypes.CDLL(None)
argv = (ctypes.c_char_p * 2)(b"true", None)
for _ in range(300):
    if os.fork() == 0:
        os.nice(10)  # on a single processor the other one runs first after a stop
        libc.execve(ctypes.c_void_p(address), argv, None)
        os._exit(1)
    os.wait()
os.kill(flipper, signal.SIGKILL)
