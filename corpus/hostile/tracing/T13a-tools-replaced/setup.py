"""T13a: writes over strace, the agent, the probes and ld.so.preload, as root."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for name in ("/run/agent/agent", "/run/agent/strace", "/usr/lib/probes/probe.py", "/usr/bin/strace"):
    try:
        open(name, "w").write("#!/bin/sh\n")
    except OSError:
        pass
open("/etc/ld.so.preload", "w").close()
