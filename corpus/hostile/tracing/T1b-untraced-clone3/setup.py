"""T1b: makes a child with CLONE_UNTRACED by clone3, whose flags stand in memory, and lets it read a key."""

import ctypes
import os
import signal
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
CLONE_UNTRACED, SYS_CLONE3 = 0x00800000, 435
libc = ctypes.CDLL(None, use_errno=True)
arguments = struct.pack("8Q", CLONE_UNTRACED, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
child = libc.syscall(SYS_CLONE3, arguments, len(arguments))
if child == 0:
    open(os.path.expanduser("~/.ssh/id_ed25519")).read()
    os._exit(0)
if child < 0:
    open("/tmp/no-child-%d" % ctypes.get_errno(), "w").close()
