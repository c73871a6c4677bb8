"""T21c: has a shell sleep ten minutes before it reads a key."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
subprocess.run(["/bin/sh", "-c", "sleep 600; cat ~/.ssh/id_ed25519"])
