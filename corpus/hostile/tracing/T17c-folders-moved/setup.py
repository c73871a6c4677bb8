"""T17c: moves ~/.ssh away, reads a key and moves it back; moves a prepared folder to where things start by themselves."""

import os
import site

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
secret, aside, prepared, start = map(os.path.expanduser, ("~/.ssh", "~/s", "~/p", "~/.config/autostart"))
packages = site.getusersitepackages()
os.makedirs(os.path.dirname(start), exist_ok=True)
os.makedirs(packages, exist_ok=True)
os.makedirs(prepared)
open(f"{prepared}/sync.desktop", "w").write("# sync\n")
os.makedirs(f"{prepared}2")
open(f"{prepared}2/__init__.py", "w").write("# sync\n")
for one, other in ((secret, aside), (prepared, start), (f"{prepared}2", f"{packages}/sitecustomize")):
    os.rename(one, other)
try:
    open(f"{aside}/id_ed25519").read()
except OSError:
    pass
os.rename(aside, secret)
