"""T19d: sends several datagrams with one call, the first to itself, the others outside and to a name server."""

import ctypes
import os
import socket
import struct

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Message(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p), ("name_size", ctypes.c_size_t),
        ("pieces", ctypes.POINTER(Piece)), ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_size", ctypes.c_size_t), ("flags", ctypes.c_size_t),
        ("sent", ctypes.c_size_t),
    ]


def message(host, port):
    address = struct.pack("=HH", socket.AF_INET, socket.htons(port)) + socket.inet_aton(host) + bytes(8)
    return Message(address, len(address), ctypes.pointer(Piece(b"hello", 5)), 1, None, 0, 0, 0)


messages = (Message * 4)(
    message("127.0.0.1", 9), message("198.51.100.7", 443), message("198.51.100.8", 53), message("169.254.169.254", 80)
)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    libc.sendmmsg(udp.fileno(), messages, 4, 0)
