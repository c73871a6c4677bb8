"""T19b: starts a program by posix_spawn, whose child shares the memory of its parent until it executes."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
key = os.path.expanduser("~/.ssh/id_ed25519")
pid = os.posix_spawn("/bin/cat", ["cat", key], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
os.waitpid(pid, 0)
