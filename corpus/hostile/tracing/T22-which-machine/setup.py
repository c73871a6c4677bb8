"""T22: reads what tells a machine that nobody lives in: firmware, processors, memory, disks, network, uptime, processes, home."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for name in (
    "/sys/class/dmi/id/sys_vendor",
    "/sys/class/dmi/id/product_name",
    "/sys/devices/virtual/dmi/id/board_vendor",
    "/sys/hypervisor/type",
    "/proc/scsi/scsi",
    "/proc/cpuinfo",
    "/proc/uptime",
    "/proc/meminfo",
    "/sys/devices/system/cpu/online",
    "/sys/block/vda/device/vendor",
    "/dev/disk/by-id",
    "/proc/sys/kernel/hostname",
    "/proc/net/route",
    "/sys/class/net/eth0/address",
):
    try:
        open(name).read()
    except OSError:
        pass
for folder in ("/proc", os.path.expanduser("~")):
    os.listdir(folder)
