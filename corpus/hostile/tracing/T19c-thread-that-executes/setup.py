"""T19c: a thread that is not the first one executes a program: the tracer sees one number become another."""

import os
import threading

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
key = os.path.expanduser("~/.ssh/id_ed25519")
threading.Thread(target=os.execv, args=("/bin/cat", ["cat", key])).start()
threading.Event().wait(30)
