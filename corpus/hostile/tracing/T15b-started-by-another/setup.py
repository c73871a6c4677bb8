"""T15b: asks systemd to run a program for it: by its tool, as a user and for all, and by its sockets."""

import os
import socket
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for scope in ("--user", "--system"):
    try:
        subprocess.run(["systemd-run", scope, "--no-ask-password", "--wait", "touch", "/var/tmp/run-by-a-service"], timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        pass
for name in ("/run/systemd/private", "/run/user/%d/systemd/private" % os.getuid(), "/run/dbus/system_bus_socket"):
    try:
        socket.socket(socket.AF_UNIX).connect(name)
    except OSError:
        pass
