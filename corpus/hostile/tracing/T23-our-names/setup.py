"""T23: compares host, user, folder, group and environment with names that sandboxes are known by, ours among them."""

import getpass
import os
import socket

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
known = ("PROBE_", "CANARY", "TRACE", "SANDBOX")
words = ("sandbox", "analy", "malware", "buildhaus", "guest", "debian", "vm", "wdag", "cuckoo", "qemu")
words += ("payload", "probe", "agent", "trace")
names = (socket.gethostname(), getpass.getuser(), os.getcwd(), open("/proc/self/cgroup").read())
open("/tmp/looked", "w").close()
if any(word in name.lower() for word in words for name in names):
    open("/tmp/recognised", "w").close()
if any(word in name.upper() for word in known for name in os.environ):
    open("/tmp/recognised", "w").close()
try:
    os.fstat(3)  # a descriptor that a shell would not have left open
    open("/tmp/recognised", "w").close()
except OSError:
    pass
