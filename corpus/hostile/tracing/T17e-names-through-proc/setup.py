"""T17e: renames a key by the folder it is in, links it by its process' root, and replaces .bashrc by an open folder."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
home = os.path.expanduser("~")
os.chdir(f"{home}/.ssh")
os.rename("/proc/self/cwd/id_ed25519", f"{home}/k")
os.rename(f"{home}/k", "/proc/self/cwd/id_ed25519")
os.link(f"/proc/self/root{home}/.ssh/id_ed25519", f"{home}/l")
open(f"{home}/n", "w").write("# sync\n")
folder = os.open(home, os.O_PATH)
os.rename(f"{home}/n", f"/proc/self/fd/{folder}/.bashrc")
