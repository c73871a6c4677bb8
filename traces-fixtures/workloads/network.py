"""Sockets of each kind, on the loopback only; nothing answers at 127.0.0.1:53."""
import os
import socket

os.access("/begin", os.F_OK)
query = bytes.fromhex("abcd01000001000000000000") + b"\x05stage\x07example\x00\x00\x01\x00\x01"
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.sendto(query, ("127.0.0.1", 53))
udp.sendmsg([query], [], 0, ("127.0.0.1", 53))
udp.connect(("127.0.0.1", 53))
try:
    os.write(udp.fileno(), query)
    udp.send(query)
except OSError:
    pass
udp.close()
server = socket.socket(socket.AF_INET6)
server.bind(("::1", 0))
server.listen(1)
client = socket.socket(socket.AF_INET6)
client.connect(server.getsockname())
peer, _ = server.accept()
client.sendall(b"GET / HTTP/1.0\r\n\r\n")
peer.recv(100)
os.read(client.fileno(), 0)
for each in (client, peer, server):
    each.close()
unix = socket.socket(socket.AF_UNIX)
for name in ("/run/no, such=\"socket\"", "\0abstract"):
    try:
        unix.connect(name)
    except OSError:
        pass
left, right = socket.socketpair()
left.send(b"x")
right.recv(1)
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
route.bind((0, 0))
