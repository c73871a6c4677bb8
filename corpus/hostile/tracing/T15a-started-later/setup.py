"""T15a: a user unit and its timer, a service for the bus, a desktop entry, lines for shells and sessions, cron tables, an at job."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
files = (
    "~/.config/systemd/user/sync.service",
    "~/.config/systemd/user/timers.target.wants/sync.timer",
    "~/.local/share/dbus-1/services/org.example.Sync.service",
    "~/.config/autostart/sync.desktop",
    "~/.config/plasma-workspace/env/sync.sh",
    "~/.xprofile",
    "~/.bashrc",
    "/var/spool/cron/crontabs/root",
    "/etc/cron.d/sync",
    "/var/spool/cron/atjobs/a00001",
    "/etc/NetworkManager/dispatcher.d/sync",
    "/etc/update-motd.d/99-sync",
)
for name in map(os.path.expanduser, files):
    try:
        os.makedirs(os.path.dirname(name), exist_ok=True)
    except OSError:
        pass
    try:
        open(name, "a").write("# sync\n")
    except OSError:
        pass
