"""Imports modules one after the other and writes a line about each:  import_worker.py FD NAME...

Runs in the package's environment, so it keeps out of the way: nothing of ours is importable from there.
"""

import sys

sys.path.pop(0)

import importlib
import json
import os


def main(fd, names):
    for name in names:
        error = ""
        try:
            importlib.import_module(name)
        except BaseException as raised:  # also SystemExit and KeyboardInterrupt: a module may try to end us
            error = "%s: %s" % (type(raised).__name__, message(raised))
        os.write(fd, json.dumps(error[:500]).encode() + b"\n")


def message(raised):
    try:
        return str(raised)
    except Exception:
        return "an exception that cannot be printed"


def opened(word):
    if os.name != "nt":
        return int(word)
    import msvcrt

    return msvcrt.open_osfhandle(int(word), os.O_WRONLY)


main(opened(sys.argv[1]), sys.argv[2:])
