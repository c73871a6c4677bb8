"""T18a: copies a program into a memory file and executes it by its descriptor (execveat, as fexecve does)."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
fd = os.memfd_create("kworker")
with open("/bin/true", "rb") as source:
    os.write(fd, source.read())
os.execve(fd, ["kworker"], {})
