"""I13: long runs of the characters that patterns repeat, in paths, arguments and output."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for part in ("a", "a/", "../", " ", "\\", "-m ", "sh "):
    text = part * (100_000 // len(part))
    subprocess.run(["/bin/true", text])
    try:
        open("/tmp/" + text[:4000], "w").close()
    except OSError:
        pass
    os.write(2, text.encode() + b"\n")
