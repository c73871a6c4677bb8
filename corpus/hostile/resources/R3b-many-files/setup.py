"""R3b: makes twenty thousand empty files, in folders of a thousand."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for number in range(20_000):
    if number % 1000 == 0:
        folder = "/tmp/many/%d" % (number // 1000)
        os.makedirs(folder)
    os.close(os.open("%s/%d" % (folder, number), os.O_CREAT))
