"""R7c: mounts a file system that it serves itself, and asks for a file there that nobody will ever give."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(CLONE_NEWUSER | CLONE_NEWNS)
os.makedirs("/tmp/served", exist_ok=True)
try:
    device = os.open("/dev/fuse", os.O_RDWR)
except OSError:
    device = 99
options = b"fd=%d,rootmode=40000,user_id=0,group_id=0" % device
mounted = libc.mount(b"none", b"/tmp/served", b"fuse", 0, options) == 0
if mounted:
    os.listdir("/tmp/served")
open("/tmp/went-on", "w").close()
