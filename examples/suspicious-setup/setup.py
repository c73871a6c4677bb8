"""A harmless imitation of what malicious releases did while they were built.

It acts only inside a Buildhaus guest, where every key is a planted bait and no network leaves the machine; anywhere
else it builds like any other package. The address is of TEST-NET-2 (RFC 5737), which nobody has.
"""

import os
import pathlib
import socket
import subprocess
import tempfile

from setuptools import setup
from setuptools.command.build_py import build_py

HOME = pathlib.Path.home()


def inside_a_guest():
    return os.path.isdir("/usr/lib/probes")


def read_keys():
    for name in (".ssh/id_ed25519", ".ssh/id_rsa", ".aws/credentials"):
        try:
            (HOME / name).read_bytes()
        except OSError:
            pass


def stay_in_the_shell():
    with open(HOME / ".bashrc", "a") as rc:
        rc.write("# suspicious-setup was here\n")


def drop_and_run():
    script = pathlib.Path(tempfile.gettempdir()) / "suspicious-setup.sh"
    script.write_text("#!/bin/sh\necho dropped and run\n")
    script.chmod(0o755)
    subprocess.run([str(script)], check=False)


def call_home():
    try:
        socket.create_connection(("198.51.100.7", 443), timeout=2).close()
    except OSError:
        pass


class SuspiciousBuild(build_py):
    def run(self):
        if inside_a_guest():
            read_keys()
            stay_in_the_shell()
            drop_and_run()
            call_home()
        super().run()


setup(
    name="suspicious-setup",
    version="1.0",
    description="What malicious releases do, done to baits",
    packages=["suspicious_setup"],
    cmdclass={"build_py": SuspiciousBuild},
)
