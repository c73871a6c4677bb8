"""T17b: lets files change places: a prepared one with .bashrc, another with a key, which is read there."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def swap(one, other):
    libc.renameat2(AT_FDCWD, one.encode(), AT_FDCWD, other.encode(), RENAME_EXCHANGE)


mine, start, key = map(os.path.expanduser, ("~/notes", "~/.bashrc", "~/.ssh/id_ed25519"))
open(mine, "w").write("# nothing\n")
swap(mine, start)
swap(mine, key)
try:
    open(mine).read()
except OSError:
    pass
swap(mine, key)
