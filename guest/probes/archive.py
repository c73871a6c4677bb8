"""Reads archives that may have been made to harm: every name is checked, every size is capped, nothing is trusted."""

import os
import posixpath
import stat
import tarfile
import zipfile
import zlib

MAX_ENTRIES = 200_000
MAX_BYTES = 2 * 1024**3
MAX_TEXT = 4 * 1024**2
TOO_MANY = "it holds more than %d files" % MAX_ENTRIES

# Everything the two readers of the standard library are known to raise on broken input.
BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class BadArchive(Exception):
    """The archive cannot be read, or holds what no archive of a package should."""


class Entry:
    """A file, folder or link of an archive, with a name that stays inside the folder it is unpacked to."""

    def __init__(self, name, kind, size, mode, target, opener):
        self.name, self.kind, self.size = name, kind, size
        self.mode, self.target, self.open = mode, target, opener


def entries(path):
    """Yields the entries of a .tar.* or .zip, in order; raises BadArchive. What names only the top is counted, not given."""
    total = 0
    try:
        for count, entry in enumerate(zip_entries(path) if zipfile.is_zipfile(path) else tar_entries(path)):
            if count >= MAX_ENTRIES:
                raise BadArchive(TOO_MANY)
            if entry is None:
                continue
            total += entry.size
            if total > MAX_BYTES:
                raise BadArchive("it unpacks to more than %d bytes" % MAX_BYTES)
            yield entry
    except BROKEN as error:
        raise BadArchive("%s: %s" % (type(error).__name__, error)) from error


def read_text(path, names):
    """The text of the first of `names` at the top of the archive or in its one folder, or None."""
    for entry in entries(path):
        parts = entry.name.split("/")
        if entry.kind == "file" and len(parts) <= 2 and parts[-1] in names and entry.size <= MAX_TEXT:
            try:
                with entry.open() as file:
                    return file.read(MAX_TEXT).decode("utf-8", "replace")
            except BROKEN as error:
                raise BadArchive(str(error)) from error
    return None


def tar_entries(path):
    with tarfile.open(path) as tar:
        for member in tar:
            name = inside(member.name)
            if name is None:
                yield None
            elif member.isfile():
                yield Entry(name, "file", member.size, member.mode, None, lambda m=member: tar.extractfile(m))
            elif member.isdir():
                yield Entry(name, "folder", 0, member.mode, None, None)
            elif member.issym() or member.islnk():
                beside = posixpath.dirname(name) if member.issym() else ""
                inside(posixpath.join(beside, member.linkname))
                kind = "symlink" if member.issym() else "hardlink"
                yield Entry(name, kind, 0, 0o644, member.linkname, None)
            else:
                raise BadArchive("%r is a device or a pipe" % member.name)


def zip_entries(path):
    with zipfile.ZipFile(path) as archive:
        if len(archive.infolist()) > MAX_ENTRIES:  # a zip says so before anything of it is made
            raise BadArchive(TOO_MANY)
        for info in archive.infolist():
            name = inside(info.filename)
            mode = info.external_attr >> 16
            if name is None:
                yield None
                continue
            if stat.S_ISLNK(mode):
                raise BadArchive("%r is a link in a zip" % info.filename)
            if info.is_dir():
                yield Entry(name, "folder", 0, 0o755, None, None)
            else:
                yield Entry(name, "file", info.file_size, mode or 0o644, None, lambda i=info: archive.open(i))


def inside(name):
    """The normal form of a name; None for the folder itself; raises when the name leads out of it."""
    normal = posixpath.normpath(name)
    if name.startswith("/") or normal == ".." or normal.startswith("../") or "\0" in name:
        raise BadArchive("%r leads out of the archive" % name)
    return None if normal == "." else normal


def unpack(path, target):
    """Unpacks into the new folder `target`; never writes through a link that the archive made."""
    os.mkdir(target)
    root = os.path.realpath(target)
    written = 0
    for entry in entries(path):
        place = os.path.join(root, *entry.name.split("/"))
        refuse_detour(place, entry.name)
        try:
            written += put(entry, root, place)
        except BROKEN as error:
            raise BadArchive("%r: %s" % (entry.name, error)) from error
        if written > MAX_BYTES:
            raise BadArchive("it unpacks to more than %d bytes" % MAX_BYTES)


def refuse_detour(place, name):
    if os.path.realpath(os.path.dirname(place)) != os.path.dirname(place):
        raise BadArchive("%r goes through a link" % name)


def put(entry, root, place):
    """Writes one entry and returns its bytes. A later entry of the same name takes the place of an earlier one."""
    if entry.kind == "folder":
        os.makedirs(place, exist_ok=True)
        return 0
    os.makedirs(os.path.dirname(place), exist_ok=True)
    if os.path.lexists(place):
        os.unlink(place)
    if entry.kind == "symlink":
        os.symlink(entry.target, place)
        return 0
    if entry.kind == "hardlink":
        source = os.path.join(root, *(inside(entry.target) or ".").split("/"))
        refuse_detour(source, entry.name)
        os.link(source, place, follow_symlinks=False)
        return 0
    with entry.open() as source, open(place, "xb") as file:
        for block in iter(lambda: source.read(1 << 20), b""):
            file.write(block)
    os.chmod(place, 0o755 if entry.mode & 0o100 else 0o644)
    return entry.size
