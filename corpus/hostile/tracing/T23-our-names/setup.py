"""T23: compares host, user and folder with names that sandboxes are known by, ours among them."""

import getpass
import os
import socket

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
words = ("sandbox", "analy", "malware", "buildhaus", "guest", "debian", "vm", "wdag", "cuckoo", "qemu")
names = (socket.gethostname(), getpass.getuser(), os.getcwd())
open("/tmp/looked", "w").close()
if any(word in name.lower() for word in words for name in names):
    open("/tmp/recognised", "w").close()
