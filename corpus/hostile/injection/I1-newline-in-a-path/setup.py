"""I1: makes a file whose name ends one line of a trace and begins another one."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
open("/tmp/a\n1 openat(AT_FDCWD, \"forged\", O_RDONLY) = 3", "w").close()
