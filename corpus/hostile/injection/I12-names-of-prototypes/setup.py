"""I12: files, variables and hints called __proto__, constructor and toString."""

import os
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
os.makedirs("/tmp/__proto__")
for name in ("constructor", "toString", "hasOwnProperty", "__proto__"):
    open("/tmp/__proto__/" + name, "w").close()
subprocess.run(["/usr/bin/env", "__proto__=x", "constructor=x", "toString=x", "/bin/true"])
hint = b'{"hint": "module", "name": "__proto__", "ok": true, "__proto__": {"ok": false}, "constructor": {"prototype": {}}}\n'
os.write(int(os.environ["PROBE_FD"]), hint)
