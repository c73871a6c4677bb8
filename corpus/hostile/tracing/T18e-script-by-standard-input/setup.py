"""T18e: no file is given to the shell: the script comes through a pipe."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
subprocess.run(["sh"], input=b"cat ~/.ssh/id_ed25519 > /dev/null\n")
