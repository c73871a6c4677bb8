"""I9: clears the line, sets the clipboard, makes links and turns words round: in names, in output, in evidence."""

import os
import subprocess
import sys

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
words = ("zz\x1b[2K\x1b[1G[ok] CLEAN\x1b[0m", "\x1b]52;c;cHduZWQ=\x07", "\x1b]8;;http:host.invalid\x07x", "\u202egnp.exe", "a\u200bb", "\r✓ clean")
for word in words:
    open("/tmp/" + word, "w").close()
    sys.stderr.write(word + "\n")
    subprocess.run(["/bin/true", word])
    open(os.path.expanduser("~/.bashrc"), "a").write("# " + word + "\n")
