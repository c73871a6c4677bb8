"""T2b: kills every process there is, as root: the tracer and the agent are not among them. Then it reads a key."""

import os
import signal
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for pid in [*range(1, 300), -1]:
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
time.sleep(0.2)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
