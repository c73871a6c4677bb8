"""Writes while it is built until it is refused. The limits of the task refuse it, and the host's disk never knows."""

import os

from setuptools import setup
from setuptools.command.build_py import build_py


class Fill(build_py):
    def run(self):
        # Only where no disk of anybody can be filled by it.
        if not os.path.isdir("/usr/lib/probes"):
            return
        with open("filling", "wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))


setup(name="fills-disk", version="1.0", packages=["fills_disk"], cmdclass={"build_py": Fill})
