"""R10a: starts programs with a hundred thousand arguments, with one of 128 KiB, with a huge environment."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
subprocess.run(["/bin/true", *["a"] * 100_000])
subprocess.run(["/bin/true", "b" * (128 * 1024 - 1)])
subprocess.run(["/bin/true"], env={"V%d" % number: "c" * 100_000 for number in range(15)})
