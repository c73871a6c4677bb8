"""R6h: opens a named pipe for reading and waits for a writer, as a pager waits for a key."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
os.mkfifo("/tmp/nobody")
open("/tmp/nobody").read()
