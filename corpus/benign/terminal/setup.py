"""Looks for a terminal while it is built and imported, as installers do that want to ask something.

With --tty it finds one, and says so by the name of a file that it tries to open; without, it finds none.
"""

import os

from setuptools import setup


def opens(path, flags):
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return False
    return os.isatty(descriptor)


opens("/build-has-terminal" if opens("/dev/tty", os.O_RDWR) else "/build-has-none", os.O_RDONLY)
setup(name="terminal", version="1.0", packages=["terminal"])
