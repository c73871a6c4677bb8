"""T13b: leaves a .pth file, a sitecustomize and a usercustomize behind; one of them reads a key at the next start."""

import glob
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
site = glob.glob("/srv/venv/lib/python3*/site-packages")[0]
read = "import os; open(os.path.expanduser('~/.ssh/id_ed25519')).read()\n"
open(os.path.join(site, "zz.pth"), "w").write(read)
for name in ("sitecustomize.py", "usercustomize.py"):
    open(os.path.join(site, name), "w").write(read)
