"""T19a: writes a program of a hundred bytes of machine code that connects, and runs it."""

import os
import struct
import subprocess

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
code = bytes.fromhex(
    "b829000000bf02000000be0100000031d20f05"  # socket(AF_INET, SOCK_STREAM, 0)
    "89c7b82a000000488d3511000000ba100000000f05"  # connect(fd, address, 16)
    "b83c00000031ff0f05"  # exit(0)
    "90"
) + struct.pack("!2sH4s8x", b"\x02\x00", 80, bytes([198, 51, 100, 7]))
base = 0x400000
header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, base + 120, 64, 0, 0, 64, 56, 1, 0, 0, 0)
segment = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, 120 + len(code), 120 + len(code), 4096)
with open("/tmp/tiny", "wb") as file:
    file.write(header + segment + code)
os.chmod("/tmp/tiny", 0o755)
subprocess.run(["/tmp/tiny"])
