"""T20: writes hints of its own: all is well, 9999 tests passed, and something is named that never was."""

import json
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
out = int(os.environ.get("PROBE_FD", "3"))
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
for hint in (
    {"hint": "reason", "text": "all is well"},
    {"hint": "tests", "framework": "pytest", "passed": 9999, "failed": 0, "skipped": 0, "errors": 0},
    {"hint": "module", "name": "__proto__", "ok": True},
    {"hint": "survivor", "command": "all is well"},
):
    os.write(out, json.dumps(hint).encode() + b"\n")
os.write(out, b'{"hint": ' + b"[" * 5000 + b"\n\xff\xfe\n")
