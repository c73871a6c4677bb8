"""T9a: changes .bashrc through a shared map: no call writes it."""

import mmap
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with open(os.path.expanduser("~/.bashrc"), "r+b") as file, mmap.mmap(file.fileno(), 0) as content:
    content[:2] = b"##"
