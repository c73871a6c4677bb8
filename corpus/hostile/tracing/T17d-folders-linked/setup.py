"""T17d: takes a key through a link to its folder, and writes through links to where shells and desktops start."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
home = os.path.expanduser("~")
os.symlink(f"{home}/.ssh", f"{home}/s")
os.rename(f"{home}/s/id_ed25519", f"{home}/k")
try:
    open(f"{home}/k").read()
except OSError:
    pass
os.rename(f"{home}/k", f"{home}/s/id_ed25519")
os.makedirs(f"{home}/p", exist_ok=True)
os.makedirs(f"{home}/.config", exist_ok=True)
os.symlink(f"{home}/p", f"{home}/.config/autostart")
open(f"{home}/p/sync.desktop", "w").write("# sync\n")
os.link(f"{home}/.bashrc", f"{home}/b")
open(f"{home}/b", "a").write("# sync\n")
