"""Unpacks the source of the package into $HOME/project.

    unpack.py FILE
"""

import email.parser
import os
import shutil
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import archive
import needs
import probe


def main(file):
    if probe.is_wheel(file):
        probe.end(probe.NOT_APPLICABLE, "a wheel is installed as it is")
    staging = probe.PROJECT + ".new"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        archive.unpack(file, staging)
    except archive.BadArchive as error:
        shutil.rmtree(staging, ignore_errors=True)
        probe.end(probe.FAILED, "the archive cannot be unpacked: %s" % error)
    names = os.listdir(staging)
    if not names:
        probe.end(probe.FAILED, "the archive is empty")
    # An sdist holds one folder; an archive made from a folder may hold its content.
    source = os.path.join(staging, names[0])
    if len(names) == 1 and os.path.isdir(source) and not os.path.islink(source):
        os.rename(source, probe.PROJECT)
        os.rmdir(staging)
    else:
        os.rename(staging, probe.PROJECT)
    name, version = identity(file)
    if name and version:
        probe.report("package", name=name, version=version)
    files = sum(len(files) for _, _, files in os.walk(probe.PROJECT))
    probe.end(probe.PASSED, "%d files" % files)


def identity(file):
    """What the package calls itself: in PKG-INFO, else in pyproject.toml."""
    metadata = email.parser.Parser().parsestr(needs.sdist_metadata(file), headersonly=True)
    project = needs.toml(archive.read_text(file, ("pyproject.toml",)) or "").get("project", {})
    name = metadata.get("Name") or project.get("name")
    version = metadata.get("Version") or project.get("version")
    return (str(name), str(version)) if name and version else (None, None)


main(sys.argv[1])
