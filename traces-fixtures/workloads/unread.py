"""What calls are given stands in memory that may only be written: the kernel reads it. Run in an empty folder; loopback only."""
import ctypes
import mmap
import os
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
SYS_OPENAT2, AT_FDCWD, ANYWHERE, PAGE = 437, -100, None, 4096
start = libc.mmap(ANYWHERE, 2 * PAGE, mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
used = 0


def hidden(data):
    global used
    place = start + used
    ctypes.memmove(place, data + b"\0", len(data) + 1)
    used += (len(data) + 16) // 16 * 16
    return ctypes.c_void_p(place)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class Message(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p), ("name_size", ctypes.c_uint32),
        ("pieces", ctypes.POINTER(Piece)), ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_size", ctypes.c_size_t), ("flags", ctypes.c_size_t),
    ]


def at(host, port):
    return struct.pack("=HHI8x", socket.AF_INET, socket.htons(port), int.from_bytes(socket.inet_aton(host), "little"))


def half_hidden(data, shown):
    """Begins in memory that may be read, for so many bytes."""
    pages = libc.mmap(ANYWHERE, 2 * PAGE, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    ctypes.memmove(pages + PAGE - shown, data, len(data))
    libc.mprotect(ctypes.c_void_p(pages + PAGE), PAGE, mmap.PROT_WRITE)
    return ctypes.c_void_p(pages + PAGE - shown)


def execute(words):
    child = os.fork()
    if child == 0:
        libc.execv(b"/bin/true", words)
        os._exit(1)
    os.waitpid(child, 0)


open("a", "w").close()
os.mkdir("folder")
text = ctypes.create_string_buffer(b"hello")
question = hidden(bytes.fromhex("abcd01000001000000000000") + b"\3one\7example\0\0\x01\0\x01")
here, names = at("127.0.0.1", 9), at("127.0.0.1", 53)
tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
os.access("/begin", os.F_OK)
libc.open(ctypes.c_void_p(1), os.O_RDONLY)
libc.open(hidden(b"a"), os.O_RDONLY)
libc.syscall(SYS_OPENAT2, AT_FDCWD, b"a", hidden(struct.pack("=QQQ", os.O_RDWR, 0, 0)), 24)
libc.link(hidden(b"a"), hidden(b"b"))
libc.symlink(hidden(b"a"), b"c")
libc.connect(tcp.fileno(), hidden(here), 16)
libc.sendto(udp.fileno(), text, 5, 0, hidden(here), 16)
libc.sendto(udp.fileno(), question, 29, 0, names, 16)
message = Message(hidden(here), 16, ctypes.pointer(Piece(ctypes.addressof(text), 5)), 1, None, 0, 0)
libc.sendmsg(udp.fileno(), ctypes.byref(message), 0)
libc.sendmsg(udp.fileno(), hidden(bytes(message)), 0)
libc.sendmmsg(udp.fileno(), hidden(bytes(message) + bytes(8)), 1, 0)
one = bytes(message) + bytes(8)
libc.sendmmsg(udp.fileno(), half_hidden(one + one, len(one)), 2, 0)
execute((ctypes.c_void_p * 3)(hidden(b"true").value, ctypes.addressof(text), None))
execute(hidden(struct.pack("=QQ", ctypes.addressof(text), 0)))
execute(half_hidden(struct.pack("=QQQ", ctypes.addressof(text), ctypes.addressof(text), 0), 8))
libc.open(half_hidden(b"a\0", 1), os.O_RDONLY)
libc.chdir(hidden(b"folder"))
libc.rename(b"x", b"y")
