"""E6: connects to the first thousand ports of a host's usual address, and to known ones of loopback, docker and others."""

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
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
    for port in range(1, 1025):
        if probe.connect_ex(("10.0.2.2", port)) == 0:
            break
try:
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.1)
        probe.connect_ex((2, 22))
except OSError:
    pass
