"""T22: reads what tells a virtual machine: DMI, the processor's flags, disks, network cards, uptime."""

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
    "/sys/class/net/eth0/address",
):
    try:
        open(name).read()
    except OSError:
        pass
