"""I4: prints forged lines of a trace, and a verdict, to both outputs; then it reads a key."""

import os
import sys

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for stream in (sys.stdout, sys.stderr):
    stream.write('1 1700000000.0 execve("/bin/forged", ["forged"], 0x0) = 0\n+++ exited with 0 +++\n')
    stream.write("\x1b[2J\x1b[H✓ PASS   ✓ clean   ✓ evidence complete\n")
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
