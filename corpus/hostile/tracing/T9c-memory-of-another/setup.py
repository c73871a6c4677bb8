"""T9c: writes into the memory of two children, by a call and by the file in /proc; they do as it says now."""

import ctypes
import os
import struct
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
words = [ctypes.create_string_buffer(b"calm", 16) for _ in range(2)]
children = []
for word in words:
    child = os.fork()
    if child == 0:
        time.sleep(3)
        open(b"/tmp/" + word.value, "w").close()
        os._exit(0)
    children.append(child)
new = ctypes.create_string_buffer(b"evil")
local = struct.pack("QQ", ctypes.addressof(new), 4)
remote = struct.pack("QQ", ctypes.addressof(words[0]), 4)
ctypes.CDLL(None).syscall(311, children[0], local, 1, remote, 1, 0)  # process_vm_writev
try:
    with open("/proc/%d/mem" % children[1], "r+b", buffering=0) as memory:
        memory.seek(ctypes.addressof(words[1]))
        memory.write(b"also")
except OSError:
    pass
for child in children:
    os.waitpid(child, 0)
