"""I15b: gives a key other names, by a hard link and by renaming it, and reads it by those alone."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
folder = os.path.expanduser("~/.ssh/")
os.link(folder + "id_ed25519", folder + "one")
open(folder + "one").read()
os.rename(folder + "id_ed25519", folder + "two")
open(folder + "two").read()
os.rename(folder + "two", folder + "id_ed25519")
