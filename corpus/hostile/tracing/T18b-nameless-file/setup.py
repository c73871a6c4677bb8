"""T18b: writes a program into a file without a name and executes it by its descriptor's path."""

import os
import shutil

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
fd = os.open("/tmp", os.O_TMPFILE | os.O_RDWR, 0o700)
with open("/bin/true", "rb") as source, open(fd, "wb", closefd=False) as target:
    shutil.copyfileobj(source, target)
path = "/proc/self/fd/%d" % os.open("/proc/self/fd/%d" % fd, os.O_RDONLY)
os.close(fd)
os.set_inheritable(int(path.rsplit("/", 1)[1]), True)
os.execv(path, ["nameless"])
