"""T11: starts su and sudo; under no_new_privs their setuid bit means nothing."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for argv in (["sudo", "-n", "touch", "/root/was-here"], ["su", "-c", "touch /root/was-here"]):
    try:
        subprocess.run(argv, stdin=subprocess.DEVNULL, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        pass
try:
    open("/root/was-here", "w")
except OSError:
    pass
