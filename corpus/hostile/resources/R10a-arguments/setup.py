"""R10a: starts programs with a hundred thousand arguments, one of 128 KiB, a huge environment; with a million, in vain."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
subprocess.run(["/bin/true", *["a"] * 100_000])
try:
    os.posix_spawn("/bin/true", ["a"] * 1_000_000, {})
except OSError:
    pass
subprocess.run(["/bin/true", "b" * (128 * 1024 - 1)])
subprocess.run(["/bin/true"], env={"V%d" % number: "c" * 100_000 for number in range(15)})
