"""T21b: asks a time server and its own clock, and does nothing before a date that has passed."""

import os
import socket
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.settimeout(0.2)
    try:
        server.sendto(b"\x1b" + bytes(47), ("198.51.100.7", 123))
        server.recv(48)
    except OSError:
        pass
if time.time() > 1_767_225_600:  # 2026-01-01
    open(os.path.expanduser("~/.ssh/id_ed25519")).read()
