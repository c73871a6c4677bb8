"""T8c: one letter of a program's path changes while it is started: one that is not there is shown, and ls is run."""

import ctypes
import mmap
import os
import signal

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None)
# The more there is to be read after the path, the longer is the time until the kernel reads it again.
arguments = (ctypes.c_char_p * 22)(b"x", b"--version", *[b"a" * 200] * 19, None)
memory = mmap.mmap(-1, 4096)  # shared: what the one process writes, the other has
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
memory[:8] = b"/bin/ls\0"
# On one processor, and this one the nicer: whenever it was stopped, the other one runs before it, and then makes way.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
flipper = os.fork()
while flipper == 0:
    memory[6] = 120  # x
    os.sched_yield()
    memory[6] = 115  # s
    os.sched_yield()
os.setpriority(os.PRIO_PROCESS, 0, 10)
for _ in range(40):
    child = ctypes.c_int()
    if libc.posix_spawn(ctypes.byref(child), ctypes.c_void_p(start), None, None, arguments, None) == 0:
        os.waitpid(child.value, 0)
os.kill(flipper, signal.SIGKILL)
