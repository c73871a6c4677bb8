"""T17h: in namespaces of its own, by clone and unshare: chroot, open_tree and move_mount, pivot_root, setns; reads a key in each."""

import ctypes
import os
import signal

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
CLONE_NEWNS, CLONE_NEWUSER, MS_BIND = 0x00020000, 0x10000000, 4096
SYS_CLONE, SYS_PIVOT_ROOT, SYS_OPEN_TREE, SYS_MOVE_MOUNT = 56, 155, 428, 429
AT_FDCWD, OPEN_TREE_CLONE, EMPTY_PATH = -100, 1, 4
libc = ctypes.CDLL(None, use_errno=True)
home = os.path.expanduser("~").encode()
for folder in (b"/tmp/taken", b"/tmp/pivot"):
    os.makedirs(folder, exist_ok=True)


def read(name):
    try:
        open(name).read()
    except OSError:
        pass


def another_root():
    libc.chroot(home)
    read(b"/.ssh/id_ed25519")


def a_tree_taken_along():
    tree = libc.syscall(SYS_OPEN_TREE, AT_FDCWD, home + b"/.ssh", OPEN_TREE_CLONE)
    libc.syscall(SYS_MOVE_MOUNT, tree, b"", AT_FDCWD, b"/tmp/taken", EMPTY_PATH)
    read(b"/tmp/taken/id_ed25519")


def roots_that_change_places():
    before = os.open("/proc/self/ns/mnt", os.O_RDONLY)
    libc.mount(home, b"/tmp/pivot", None, MS_BIND, None)
    os.chdir("/tmp/pivot")
    libc.syscall(SYS_PIVOT_ROOT, b".", b".")
    os.chdir("/")
    read(b"/.ssh/id_ed25519")
    libc.setns(before, CLONE_NEWNS)


for act in (another_root, a_tree_taken_along, roots_that_change_places):
    if os.fork() == 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNS)
        act()
        os._exit(0)
    os.wait()
if libc.syscall(SYS_CLONE, CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0) == 0:
    os._exit(0)
