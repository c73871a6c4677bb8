"""I7: names a file and an argument so that they end a string of SQL and begin a statement."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
open("/tmp/'); DROP TABLE events;--", "w").close()
subprocess.run(["/bin/true", "'; DELETE FROM findings; --", "$run", "$home"])
