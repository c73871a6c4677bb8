"""H13: writes frames as the agent writes them, with an exit of 0 and a trailer, to all its streams; then exits with 3."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
exit_frame = bytes([0x06, 0x08, 0x02, 0x22, 0x02, 0x08, 0x00])
bye_frame = bytes([0x06, 0x08, 0x03, 0x2A, 0x02, 0x08, 0x04])
for fd in (1, 2, int(os.environ["PROBE_FD"])):
    os.write(fd, exit_frame + bye_frame)
os._exit(3)
