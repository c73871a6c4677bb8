"""T8d: an address changes while it is connected to: loopback is shown, and another machine is meant."""

import ctypes
import mmap
import os
import signal
import socket
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None)
here, there = (struct.unpack("=I", socket.inet_aton(host))[0] for host in ("127.0.0.1", "198.51.100.7"))
memory = mmap.mmap(-1, 4096)  # shared: what the one process writes, the other has
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
memory[:4] = struct.pack("=H", socket.AF_INET) + struct.pack(">H", 9)
host = ctypes.c_uint32.from_buffer(memory, 4)
host.value = here
# On one processor, and this one the nicer: whenever it was stopped, the other one now runs before it.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
flipper = os.fork()
while flipper == 0:
    host.value = there
    host.value = here
os.setpriority(os.PRIO_PROCESS, 0, 19)
probe = socket.socket()
for _ in range(200):
    libc.connect(probe.fileno(), ctypes.c_void_p(start), 16)
os.kill(flipper, signal.SIGKILL)
