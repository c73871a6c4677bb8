"""R7b: starts by vfork a program that never begins: its file is a pipe, and the parent waits inside the kernel."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
os.mkfifo("/tmp/never")
open_never = [(os.POSIX_SPAWN_OPEN, 5, "/tmp/never", os.O_RDONLY, 0)]
os.posix_spawn("/bin/true", ["true"], {}, file_actions=open_never)
