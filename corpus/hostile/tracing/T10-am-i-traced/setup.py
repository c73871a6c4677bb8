"""T10: looks for a tracer: TracerPid, its parent's name, what it waits for, and PTRACE_TRACEME, which only one may have."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
status = open("/proc/self/status").read()
if "TracerPid:\t0\n" not in status:
    open("/tmp/traced-by-number", "w").close()
for name in ("/proc/%d/comm" % os.getppid(), "/proc/self/wchan", "/proc/1/comm"):
    try:
        if "strace" in open(name).read():
            open("/tmp/traced-by-number", "w").close()
    except OSError:
        pass
ctypes.CDLL(None).ptrace(0, 0, 0, 0)
