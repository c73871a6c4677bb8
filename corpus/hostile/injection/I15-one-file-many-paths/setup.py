"""I15: reads a key by dots, doubled slashes, the longest path there is, links, /proc, and a folder's descriptor."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
home = os.path.expanduser("~")
os.symlink(home + "/.ssh", "/tmp/link")
os.symlink(home + "/.ssh/id_ed25519", "/tmp/notes.txt")
folder = os.open(home, os.O_PATH)
names = (
    home + "/./.ssh/../.ssh//id_ed25519",
    home + "/." * 2000 + "/.ssh/id_ed25519",
    "/proc/self/root" + home + "/.ssh/id_ed25519",
    "/proc/self/cwd/.ssh/id_ed25519",
    "/tmp/link/id_ed25519",
    "/tmp/notes.txt",
    "/proc/self/fd/%d/.ssh/id_ed25519" % folder,
)
os.chdir(home)
for name in names:
    open(name).read()
os.open(".ssh/id_ed25519", os.O_RDONLY, dir_fd=folder)
