"""Calls that do several things at once, and a socket to the machine's host. Run in an empty folder; sends to loopback only."""
import ctypes
import os
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD, RENAME_NOREPLACE, RENAME_EXCHANGE = -100, 1, 2


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Message(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p), ("name_size", ctypes.c_uint32),
        ("pieces", ctypes.POINTER(Piece)), ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_size", ctypes.c_size_t), ("flags", ctypes.c_size_t),
        ("sent", ctypes.c_size_t),
    ]


def message(text, address=None):
    piece = Piece(text, len(text))
    return Message(address, len(address or b""), ctypes.pointer(piece), 1, None, 0, 0, 0)


def at(host, port):
    return struct.pack("=HHI8x", socket.AF_INET, socket.htons(port), int.from_bytes(socket.inet_aton(host), "little"))


def question(name):
    labels = b"".join(bytes([len(label)]) + label for label in name.split(b"."))
    return bytes.fromhex("abcd01000001000000000000") + labels + b"\0\0\x01\0\x01"


def send(descriptor, *messages):
    return libc.sendmmsg(descriptor, (Message * len(messages))(*messages), len(messages), 0)


open("a", "w").close()
open("b", "w").close()
os.access("/begin", os.F_OK)
libc.renameat2(AT_FDCWD, b"a", AT_FDCWD, b"b", RENAME_EXCHANGE)
libc.renameat2(AT_FDCWD, b"a", AT_FDCWD, b"missing", RENAME_EXCHANGE)
libc.renameat2(AT_FDCWD, b"a", AT_FDCWD, b"c", RENAME_NOREPLACE)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    here = at("127.0.0.1", 9)
    send(udp.fileno(), message(b"one", here), message(b"two", at("127.0.0.2", 9)), message(b"three", here))
    names = at("127.0.0.1", 53)
    send(udp.fileno(), message(question(b"one.example"), names), message(question(b"two.example"), names))
    send(udp.fileno(), message(b"sent", here), message(b"refused", at("255.255.255.255", 9)))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    udp.connect(("127.0.0.1", 9))
    send(udp.fileno(), message(b"one"), message(b"two"))
with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as host:
    host.connect_ex((2, 1000))
