"""E9: reboot, another kernel, the kernel's panic key, a module: all refused, and the run goes on."""

import ctypes
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
syscall = ctypes.CDLL(None).syscall
syscall(246, 0, 0, 0, 0)  # kexec_load
syscall(175, b"x", 1, b"")  # init_module
for path, text in (("/proc/sysrq-trigger", "c"), ("/proc/sys/kernel/core_pattern", "|/tmp/x"), ("/sys/power/state", "mem")):
    try:
        open(path, "w").write(text)
    except OSError:
        pass
syscall(169, 0xFEE1DEAD, 672274793, 0x01234567, 0)  # reboot
open("/tmp/still-here", "w").close()
