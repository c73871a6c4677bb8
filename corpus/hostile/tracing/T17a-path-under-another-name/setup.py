"""T17a: in namespaces of its own binds ~/.ssh to another folder and reads the key by that name."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWUSER, MS_BIND = 0x00020000, 0x10000000, 4096
secret, alias = os.path.expanduser("~/.ssh").encode(), b"/tmp/alias"
os.makedirs(alias, exist_ok=True)
libc.unshare(CLONE_NEWUSER | CLONE_NEWNS)
libc.mount(secret, alias, None, MS_BIND, None)
for name in (alias + b"/id_ed25519", secret + b"/id_ed25519"):
    try:
        open(name).read()
    except OSError:
        pass
