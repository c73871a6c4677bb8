"""I5: writes ten megabytes at once, and starts a program with an argument of a hundred kilobytes."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with open("/tmp/long", "wb", buffering=0) as file:
    file.write(b"x" * 10_000_000)
subprocess.run(["/bin/true", "y" * 100_000])
