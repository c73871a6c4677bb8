"""Imports every module of the installed package, in the order of their names.

    import.py FILE

One worker imports them all; when a module hangs or ends the interpreter, the next worker goes on behind it.
Top-level modules must be importable. One further down may need something optional: told, not held against it.
"""

import importlib.machinery
import json
import os
import queue
import subprocess
import sys
import threading
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import probe

MODULE_LIMIT = 30.0
MAX_MODULES = 5000
# A worker's errors have 500 characters. What a package writes in its place is cut, and waits when there is too much.
LINE_LIMIT, LINES_AHEAD = 8192, 64
WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "import_worker.py")


def main(file):
    info = probe.dist_info(file)
    if info is None:
        probe.end(probe.FAILED, "the package is not among what is installed")
    names = modules(info)
    if not names:
        probe.end(probe.NOT_APPLICABLE, "it has no modules")
    failed = {}
    todo = names[:MAX_MODULES]
    while todo and time.monotonic() < probe.DEADLINE:
        todo = work_through(todo, failed)
    probe.report_part("modules", min(len(names), MAX_MODULES) - len(todo), len(names))
    for name in todo:
        failed[name] = "was not reached in time"
    broken = [name for name in failed if "." not in name]
    if broken:
        code = probe.TIMED_OUT if "in time" in failed[broken[0]] else probe.FAILED
        probe.end(code, "cannot import %s: %s" % (broken[0], failed[broken[0]]))
    sentence = "%d of %d modules imported" % (len(names[:MAX_MODULES]) - len(failed), len(names))
    if failed:
        sentence += "; not %s" % ", ".join("%s (%s)" % item for item in list(failed.items())[:3])
    probe.end(probe.PASSED, sentence)


def modules(info):
    """Names of modules from the RECORD of the installed files, top-level ones first to last with their submodules."""
    suffixes = sorted(importlib.machinery.all_suffixes(), key=len, reverse=True)
    names = set()
    for path in probe.recorded(info):
        name = module_name(path, suffixes)
        if name:
            names.add(name)
    return sorted(names)


def module_name(path, suffixes):
    for suffix in suffixes:
        if path.endswith(suffix):
            parts = path[: -len(suffix)].split("/")
            if parts[-1] == "__init__":
                parts.pop()
            # __main__ is a program: importing it may run it. Folders whose names are no names hold data.
            if parts and parts[-1] != "__main__" and all(part.isidentifier() for part in parts):
                return ".".join(parts)
            return None
    return None


def work_through(names, failed):
    """Starts one worker and returns the names it did not come to."""
    read, write = os.pipe()
    word, how = inherited(write)
    worker = subprocess.Popen(
        [probe.venv_python(), WORKER, word, *names], stdin=subprocess.DEVNULL, **how, **probe.own_group()
    )
    os.close(write)
    results = Results(read)
    try:
        for index, name in enumerate(names):
            error = results.next(min(MODULE_LIMIT, probe.DEADLINE - time.monotonic()))
            if error is None and results.is_over:
                error = "ended the interpreter with exit code %s" % worker.wait()
            probe.report("module", name=name, ok=not error, note=error or "")
            if error:
                failed[name] = error
            if results.is_over:
                return names[index + 1 :]
        return []
    finally:
        worker.kill()
        worker.wait()


def inherited(fd):
    """What the worker is told, and how it is started, to have this descriptor."""
    if not probe.WINDOWS:
        return str(fd), {"pass_fds": (fd,)}
    import msvcrt

    handle = msvcrt.get_osfhandle(fd)
    os.set_handle_inheritable(handle, True)
    return str(handle), {"close_fds": False}


class Results:
    """One line a module: an empty string for success, else what was raised."""

    def __init__(self, fd):
        self.is_over = False
        self.lines = queue.Queue(LINES_AHEAD)
        threading.Thread(target=self.read, args=(fd,), daemon=True).start()

    def read(self, fd):
        with open(fd, "rb") as file:
            for line in iter(lambda: file.readline(LINE_LIMIT), b""):
                self.lines.put(line)
        self.lines.put(None)

    def next(self, limit):
        try:
            line = self.lines.get(timeout=max(0, limit))
        except queue.Empty:
            self.is_over = True
            return "did not end in time"
        if line is None:
            self.is_over = True
            return None
        try:
            return str(json.loads(line))
        except ValueError:
            return "said something unreadable"


main(sys.argv[1])
