"""T21a: sleeps ten minutes before it reads a key. Nobody waits so long, and nobody calls it clean."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
time.sleep(600)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
