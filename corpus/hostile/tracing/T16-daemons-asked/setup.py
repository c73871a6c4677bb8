"""T16: connects to the sockets of daemons that could do for it what is not seen here."""

import os
import socket

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for name in (
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/dbus/system_bus_socket",
    "/run/user/1000/bus",
    "/run/user/1000/systemd/private",
    "/run/user/1000/gnupg/S.gpg-agent",
    "/run/podman/podman.sock",
    "/tmp/ssh-XXXXXX/agent.1",
    "/run/screen/S-user/1.pts-0.host",
    "/tmp/tmux-1000/default",
    "/run/snapd.socket",
    "/tmp/.X11-unix/X0",
    "\0/tmp/.X11-unix/X0",
):
    try:
        socket.socket(socket.AF_UNIX).connect(name)
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", 22), timeout=1)
except OSError:
    pass
