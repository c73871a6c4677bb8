"""R6d: asks a question. Nobody is there: it gets the end of input at once, and with it an EOFError."""

import os

from setuptools import setup

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
setup(name=input("Name of the package? "), version="1.0")
