"""T30: connects to its own listener, and gives a shell the socket as its input, output and errors."""

import os
import socket
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with socket.create_server(("127.0.0.1", 0)) as listener:
    with socket.create_connection(listener.getsockname()) as caller:
        other, _ = listener.accept()
        with other:
            other.sendall(b"cat ~/.ssh/id_ed25519; exit\n")
            subprocess.Popen(["/bin/sh"], stdin=caller, stdout=caller, stderr=caller).wait()
