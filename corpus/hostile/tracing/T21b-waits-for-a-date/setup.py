"""T21b: does nothing before a date that has passed: a guest with the clock of its image would show nothing."""

import os
import time

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
if time.time() > 1_767_225_600:  # 2026-01-01
    open(os.path.expanduser("~/.ssh/id_ed25519")).read()
