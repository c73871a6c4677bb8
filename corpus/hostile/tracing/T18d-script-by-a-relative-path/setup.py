"""T18d: writes x.sh, enters its folder and says `sh x.sh`."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
open("/tmp/x.sh", "w").write("true\n")
subprocess.run(["sh", "x.sh"], cwd="/tmp")
