"""Looks for a terminal while it is built and imported, as installers do that want to ask something.

With --tty it finds one and says so by the name of a file that it looks for; without, it finds none.
"""

import os

from setuptools import setup


def has_terminal():
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return False
    return os.isatty(descriptor)


os.path.exists("/build-has-terminal" if has_terminal() else "/build-has-none")
setup(name="terminal", version="1.0", packages=["terminal"])
