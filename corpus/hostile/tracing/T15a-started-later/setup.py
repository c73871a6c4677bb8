"""T15a: a user unit, a desktop entry, a line in .bashrc, a cron table."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
files = (
    "~/.config/systemd/user/sync.service",
    "~/.config/autostart/sync.desktop",
    "~/.bashrc",
    "/var/spool/cron/crontabs/root",
    "/etc/cron.d/sync",
)
for name in map(os.path.expanduser, files):
    try:
        os.makedirs(os.path.dirname(name), exist_ok=True)
        open(name, "a").write("# sync\n")
    except OSError:
        pass
