"""T10: looks for a tracer: TracerPid, names of its parent and of init, what it waits for, and PTRACE_TRACEME, had by one."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
status = open("/proc/self/status").read()
if "TracerPid:\t0\n" not in status:
    open("/tmp/traced-by-number", "w").close()
for name in ("/proc/%d/comm" % os.getppid(), "/proc/self/wchan", "/proc/1/comm", "/proc/1/cmdline"):
    try:
        said = open(name).read()
        if "strace" in said or "agent" in said:
            open("/tmp/traced-by-number", "w").close()
    except OSError:
        pass
ctypes.CDLL(None).ptrace(0, 0, 0, 0)
