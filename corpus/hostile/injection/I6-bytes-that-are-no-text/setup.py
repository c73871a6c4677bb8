"""I6: names of invalid UTF-8, of a lone surrogate's bytes, of control bytes, and of every byte there is."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
every = bytes(byte for byte in range(1, 256) if byte != 0x2F)
for number, name in enumerate((b"\xff\xfe", b"\xed\xa0\x80", b"\x01\x7f\x1b", every[:200])):
    open(b"/tmp/bytes-%d" % number + name, "w").close()
