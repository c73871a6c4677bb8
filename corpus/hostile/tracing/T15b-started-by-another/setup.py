"""T15b: asks systemd to run a program for it: by its tool, and by its socket."""

import os
import socket
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
try:
    subprocess.run(["systemd-run", "--user", "curl", "http://host.invalid/"], timeout=10)
except OSError:
    pass
try:
    socket.socket(socket.AF_UNIX).connect("/run/systemd/private")
except OSError:
    pass
