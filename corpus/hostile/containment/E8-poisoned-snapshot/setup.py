"""E8: leaves marks on the disk and in memory; in a second machine it looks whether one is there."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
places = ("/mark", "/var/tmp/mark", "/dev/shm/mark", "/srv/venv/mark", "/boot/mark", "/inbox/mark", "/run/mark", "/usr/bin/mark")
if any(os.path.exists(place) for place in places):
    open("/tmp/poisoned", "w").close()
for place in places:
    try:
        open(place, "w").close()
    except OSError:
        pass
