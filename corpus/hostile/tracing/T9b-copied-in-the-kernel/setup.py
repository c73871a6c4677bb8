"""T9b: copies a key by three calls that move bytes inside the kernel."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
key = os.path.expanduser("~/.ssh/id_ed25519")
with open(key, "rb") as source:
    with open("/tmp/one", "wb") as target:
        os.sendfile(target.fileno(), source.fileno(), 0, 4096)
    with open("/tmp/two", "wb") as target:
        try:
            os.copy_file_range(source.fileno(), target.fileno(), 4096, 0, 0)
        except OSError:
            pass  # from one file system to another not every kernel does it: the attempt shows
    read, write = os.pipe()
    os.splice(source.fileno(), write, 4096, 0)
    with open("/tmp/three", "wb") as target:
        os.splice(read, target.fileno(), 4096)
