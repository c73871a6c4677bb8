"""Datagrams to addresses that do not say of which family they are. Loopback only."""
import ctypes
import os
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)


def at(host, port):
    return struct.pack("=HHI8x", socket.AF_UNSPEC, socket.htons(port), int.from_bytes(socket.inet_aton(host), "little"))


question = bytes.fromhex("abcd01000001000000000000") + b"\3one\7example\0\0\x01\0\x01"
os.access("/begin", os.F_OK)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    libc.sendto(udp.fileno(), b"hello", 5, 0, at("127.0.0.1", 9), 16)
    libc.sendto(udp.fileno(), question, len(question), 0, at("127.0.0.1", 53), 16)
    libc.sendto(udp.fileno(), b"hello", 5, 0, at("127.0.0.1", 9), 6)
    libc.connect(udp.fileno(), at("127.0.0.1", 9), 16)
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
    udp.connect(("::1", 9))
    libc.sendto(udp.fileno(), b"hello", 5, 0, at("127.0.0.2", 9), 16)
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
    libc.sendto(tcp.fileno(), b"hello", 5, socket.MSG_FASTOPEN, at("127.0.0.1", 9), 16)
