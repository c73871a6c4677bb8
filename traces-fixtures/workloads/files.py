"""File calls whose arguments look like grammar. Run in an empty folder."""
import os

os.access("/begin", os.F_OK)
os.write(1, b') = 3')
os.write(1, b'\n4242 execve("/bin/sh", ["sh"], 0x0) = 0\n')
os.write(1, b"1\x001\x0012\xff <unfinished ...>")
names = [b"a,b", b'say "x"', b"a>b<c", b"back\\slash", b"\xc3\xa9t\xc3\xa9", b"\xff\xfe", b"new\nline", b"tab\t7", b"x (deleted)"]
for name in names:
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    os.close(fd)
    os.unlink(name)
fd = os.open("gone", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
os.unlink("gone")
os.pwrite(fd, b"after the end", 0)
os.close(fd)
os.close(os.open("/dev/null", os.O_WRONLY))
os.mkdir("d")
os.symlink(".//./d", "s")
os.chdir("s")
os.close(os.open("../d/f", os.O_WRONLY | os.O_CREAT))
os.rename("f", "g")
os.link("g", "h")
folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
os.unlink("h", dir_fd=folder)
os.readlink("/proc/self/exe")
os.fchdir(folder)
os.chmod("g", 0o755)
os.truncate("g", 5)
os.unlink("g")
os.chdir("..")
os.unlink("s")
os.rmdir("d")
memory = os.memfd_create("program")
os.write(memory, b"#!/bin/true")
try:
    os.execve(memory, ["program"], {})
except OSError:
    pass
