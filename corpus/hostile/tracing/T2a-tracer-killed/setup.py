"""T2a: reads TracerPid and kills that process; then it reads a key, unseen if that worked."""

import os
import signal
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
tracer = int(open("/proc/self/status").read().split("TracerPid:")[1].split()[0])
if tracer:
    os.kill(tracer, signal.SIGKILL)
    time.sleep(0.2)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
