"""E6: connects to many ports of loopback, of the usual address of a host, and of docker's."""

import os
import socket

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for host in ("127.0.0.1", "::1", "10.0.2.2", "172.17.0.1", "192.168.122.1", "169.254.169.254"):
    for port in (22, 25, 53, 80, 111, 443, 2375, 3141, 4444, 5900, 6443, 8080, 10250, 55555):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.05)
            probe.connect_ex((host, port))
try:
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.1)
        probe.connect_ex((2, 22))
except OSError:
    pass
