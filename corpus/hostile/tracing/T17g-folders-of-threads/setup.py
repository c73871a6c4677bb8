"""T17g: takes a key by its bare name while a thread with a folder of its own is elsewhere; runs what it wrote, by a link."""

import ctypes
import os
import subprocess
import threading

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
CLONE_FS = 0x00000200
home = os.path.expanduser("~")
unshare = ctypes.CDLL(None, use_errno=True).unshare


def leave() -> None:
    unshare(CLONE_FS)
    os.chdir("/tmp")


os.chdir(f"{home}/.ssh")
thread = threading.Thread(target=leave)
thread.start()
thread.join()
os.rename("id_ed25519", f"{home}/k")
os.rename(f"{home}/k", "id_ed25519")
os.makedirs("/tmp/real", exist_ok=True)
with open("/tmp/real/x", "w") as script:
    script.write("#!/bin/sh\ntrue\n")
os.chmod("/tmp/real/x", 0o755)
os.symlink("real", "/tmp/other")
subprocess.run(["/tmp/other/x"])
