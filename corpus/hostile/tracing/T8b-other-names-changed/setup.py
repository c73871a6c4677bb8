"""T8b: one letter of a path changes while it is unlinked or moved. The first time it only makes what will be there."""

import ctypes
import mmap
import os
import signal

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
NAMES = [kind + b"%d" % number for kind in (b"unlink", b"move") for number in range(250)]
if not os.path.isdir("/tmp/a"):
    for folder in (b"/tmp/a/", b"/tmp/b/"):
        os.mkdir(folder)
        for name in NAMES:
            open(folder + name, "w").close()
    raise SystemExit
libc = ctypes.CDLL(None)
memory = mmap.mmap(-1, 4096)  # shared: what the one process writes, the other has
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
memory[:7] = b"/tmp/a/"
# On one processor, and this one the nicer: whenever it was stopped, the other one now runs before it.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
flipper = os.fork()
while flipper == 0:
    memory[5] = 98  # b
    memory[5] = 97  # a
os.setpriority(os.PRIO_PROCESS, 0, 10)
path = ctypes.c_void_p(start)
for name in NAMES:
    memory[7 : 8 + len(name)] = name + b"\0"
    if name.startswith(b"unlink"):
        libc.unlink(path)
    else:
        libc.rename(path, b"/var/tmp/" + name)
os.kill(flipper, signal.SIGKILL)
