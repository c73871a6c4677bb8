"""T13c: calls its path file distutils-precedence.pth, which rules about path files might let pass."""

import glob
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
site = glob.glob("/srv/venv/lib/python3*/site-packages")[0]
with open(os.path.join(site, "distutils-precedence.pth"), "w") as file:
    file.write("import os; open(os.path.expanduser('~/.ssh/id_ed25519')).read()\n")
