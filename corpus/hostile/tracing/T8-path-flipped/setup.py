"""T8: one thread writes a harmless path and a key's path in turns into the buffer that another one opens."""

import ctypes
import os
import sys
import threading

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None)
key, decoy = os.path.expanduser("~/.ssh/id_ed25519").encode(), b"/etc/hostname"
buffer = ctypes.create_string_buffer(key, 256)
done = False


def flip():
    while not done:
        ctypes.memmove(buffer, decoy + b"\0", len(decoy) + 1)
        ctypes.memmove(buffer, key + b"\0", len(key) + 1)


sys.setswitchinterval(1e-6)
threading.Thread(target=flip).start()
# Of this thread alone, and after the other was born: on a single processor the other one now runs first after a stop.
os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
for _ in range(200):
    fd = libc.open(buffer, os.O_RDONLY)  # a call by ctypes lets the other thread go on meanwhile
    if fd >= 0:
        os.close(fd)
done = True
