"""T9c: writes into a child's memory, by a call and by the file in /proc."""

import ctypes
import os
import struct
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
word = ctypes.create_string_buffer(b"calm", 16)
child = os.fork()
if child == 0:
    time.sleep(1)
    os._exit(0)
new = ctypes.create_string_buffer(b"evil")
local = struct.pack("QQ", ctypes.addressof(new), 4)
remote = struct.pack("QQ", ctypes.addressof(word), 4)
ctypes.CDLL(None).syscall(311, child, local, 1, remote, 1, 0)  # process_vm_writev
try:
    with open("/proc/%d/mem" % child, "r+b", buffering=0) as memory:
        memory.seek(ctypes.addressof(word))
        memory.write(b"evil")
except OSError:
    pass
os.waitpid(child, 0)
