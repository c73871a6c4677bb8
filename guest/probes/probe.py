"""What all probes share: telling the host, running commands that may hang or flood, and where things are.

A probe is one task of a package's life, run in the guest as the ordinary user under the tracer. Everything it looks
at is hostile, and everything it says can be forged by the package: the host takes it as a hint.
"""

import collections
import csv
import glob
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

WINDOWS = os.name == "nt"
HOME = os.path.expanduser("~")
PROJECT = os.path.join(HOME, "project")
WHEELHOUSE = os.path.join(HOME, "wheelhouse")
DIST = os.path.join(HOME, "dist")
# What the host told us is not passed on: whoever finds it in its environment knows that it is watched.
TOLD = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PROBE_")}
VENV = TOLD.get("PROBE_VENV", "/srv/venv")
# The platform's own Python: it sees setuptools, pytest and the other tools of the image.
TOOLS_PYTHON = TOLD.get("PROBE_TOOLS_PYTHON", sys.executable)
TOOLS_PATH = TOLD.get("PROBE_TOOLS_PATH", "/usr/lib/python3/dist-packages")
DEADLINE = time.monotonic() + float(TOLD.get("PROBE_LIMIT", "300"))

PASSED, FAILED, NOT_APPLICABLE, TIMED_OUT = 0, 1, 77, 124

# Nobody sits at a terminal: so many questions are answered by Ctrl-D, later ones wait until the time is over.
END_OF_INPUT, QUESTIONS = b"\x04", 16

TEXT_LIMIT = 500
LINE_LIMIT = 4096
TAIL_LINES = 200

# Steps that pip tells in these words since 20; those of its errors changed. At a terminal a wheel turns behind them.
BACKEND_STEPS = ("Installing build dependencies", "Installing backend dependencies")
HOOK_STEPS = (
    "Getting requirements to build wheel",
    "Preparing metadata (pyproject.toml)",
    "Preparing metadata (setup.py)",
    "Preparing wheel metadata",
)
STEP_FAILED = re.compile(
    r"(%s)(?:: finished with status 'error'| \.\.\. .*error)\s*$" % "|".join(map(re.escape, BACKEND_STEPS + HOOK_STEPS))
)

# How long output may still come after a command has ended: what it left running may hold its pipes open for ever.
LAST_WORDS = 0.5


def report(hint, **fields):
    """Writes one hint. Short enough to be written whole, so that several writers do not mix."""
    if "PROBE_FD" not in TOLD and "PROBE_FILE" not in TOLD:
        return
    for key, value in fields.items():
        if isinstance(value, str):
            fields[key] = value.encode("utf-8", "replace").decode("utf-8")[:TEXT_LIMIT]
    line = json.dumps({"hint": hint, "unix_ns": str(time.time_ns()), **fields}).encode() + b"\n"
    if "PROBE_FD" in TOLD:
        os.write(int(TOLD["PROBE_FD"]), line)
    else:  # Windows: a descriptor does not reach us there
        with open(TOLD["PROBE_FILE"], "ab") as file:
            file.write(line)


def report_part(what, done, total):
    """Tells of work that was left undone; a run that has such is not complete."""
    if done < total:
        report("partial", what=what, done=done, total=total)


def end(code, reason):
    """Ends the probe with its status and one sentence for people."""
    report("reason", text=" ".join(reason.split()))
    sys.stdout.flush()
    sys.exit(code)


class Ran:
    """How a command ended: `code` is None when it was killed for taking too long."""

    def __init__(self, code, tail):
        self.code = code
        self.tail = list(tail)
        self.timed_out = code is None
        self.ok = code == 0

    def says(self, text):
        return any(text in line for line in self.tail)

    def last(self, *starts):
        """The last line that begins with one of `starts`, else the last line at all."""
        lines = [line.strip() for line in self.tail if line.strip()]
        found = [line for line in lines if line.startswith(starts)] if starts else []
        return (found or lines or ["it said nothing"])[-1]


def run(argv, limit=None, cwd=None, env=None, on_line=None):
    """Runs a command without input, passes its output on, and kills all that it started at the time limit."""
    left = DEADLINE - time.monotonic()
    deadline = time.monotonic() + (left if limit is None else min(limit, left))
    start = start_on_terminal if os.isatty(0) else start_with_pipes
    process, sources = start(argv, cwd=cwd, env=env, **own_group())
    tail = collections.deque(maxlen=TAIL_LINES)
    lock = threading.Lock()
    readers = [start_reader(source, Lines(target, tail, on_line), lock) for source, target in sources]
    code = wait(process, deadline)
    for reader, (source, _) in zip(readers, sources):
        reader.join(LAST_WORDS)
        if not reader.is_alive():
            source.close()
    return Ran(code, tail)


def own_group():
    """How a command is started whose children are to be ended with it."""
    return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if WINDOWS else {"start_new_session": True}


def end_group(process):
    if WINDOWS:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True)
    else:
        os.killpg(process.pid, signal.SIGKILL)


def start_with_pipes(argv, **how):
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, **how)
    return process, [(process.stdout, 1), (process.stderr, 2)]


def start_on_terminal(argv, **how):
    """A task that was given a terminal (--tty) gives its command one of its own, to see what is written there."""
    import fcntl
    import termios  # not on Windows, where no task has a terminal

    ours, theirs = os.openpty()
    settings = termios.tcgetattr(theirs)
    settings[1] &= ~termios.OPOST  # our own terminal ends the lines as terminals do
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    os.write(ours, END_OF_INPUT * QUESTIONS)
    process = subprocess.Popen(
        argv,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        **how,
    )
    os.close(theirs)
    return process, [(open(ours, "rb", buffering=0), 1)]


def start_reader(source, lines, lock):
    """Copies output as it comes. On Windows nothing but a thread can wait for a pipe."""

    def copy():
        data = None
        while data != b"":
            data = read(source.fileno())
            with lock:
                lines.push(data)

    reader = threading.Thread(target=copy, daemon=True)
    reader.start()
    return reader


def wait(process, deadline):
    """The exit code, or None for a command that had to be killed."""
    try:
        return process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        end_group(process)
        process.wait()
        return None


def read(fd):
    try:
        return os.read(fd, 65536)
    except OSError:  # EIO: the other side of a terminal is closed
        return b""


class Lines:
    """Passes bytes on to one of our descriptors and keeps the lines in them."""

    def __init__(self, target, tail, on_line):
        self.target, self.tail, self.on_line = target, tail, on_line
        self.pending = b""

    def push(self, data):
        rest = data
        while rest:
            rest = rest[os.write(self.target, rest) :]
        *lines, self.pending = (self.pending + data).split(b"\n")
        self.pending = self.pending[:LINE_LIMIT]
        if not data and self.pending:
            lines, self.pending = [*lines, self.pending], b""
        for line in lines:
            text = line[:LINE_LIMIT].decode("utf-8", "replace")
            self.tail.append(text)
            if self.on_line:
                self.on_line(text)


def script(name):
    """A program of the environment."""
    return os.path.join(VENV, "Scripts", name + ".exe") if WINDOWS else os.path.join(VENV, "bin", name)


def venv_python():
    return script("python")


def site_packages():
    library = os.path.join(VENV, "Lib") if WINDOWS else os.path.join(VENV, "lib", "python3*")
    return glob.glob(os.path.join(library, "site-packages"))[0]


def pip(*arguments, tools=False, on_line=None):
    """Runs the environment's pip, or with `tools` the image's, whose builds see the image's build backends."""
    env = {**os.environ, "NETRC": os.devnull}  # ~/.netrc is a bait: pip's own look at it would be noise
    failed_steps = set()

    def see(line):
        failed = STEP_FAILED.search(line)
        if failed:
            failed_steps.add(failed.group(1))
        if on_line:
            on_line(line)

    ran = run([TOOLS_PYTHON if tools else venv_python(), "-m", "pip", *arguments], env=env, on_line=see)
    ran.failed_steps = failed_steps
    return ran


def pip_reason(ran):
    return "took too long" if ran.timed_out else ran.last("ERROR:", "error:", "× ")


def lacks_backend(ran):
    """Whether an isolated build did not find what builds it, or what that asked for once it ran."""
    return not ran.failed_steps.isdisjoint(BACKEND_STEPS)


def hook_failed(ran):
    """Whether a hook of a package failed: its build will fail on it too, and says whose fault it is."""
    # Where pip up to 21 runs setup.py, it shows no step.
    return not ran.failed_steps.isdisjoint(HOOK_STEPS) or ran.says("setup.py egg_info Check the logs")


def packaging():
    """The environment's pip brings the one reader of names, versions and markers that pip itself goes by."""
    if site_packages() not in sys.path:
        sys.path.append(site_packages())
    from pip._vendor.packaging import requirements, utils

    return requirements, utils


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def is_wheel(path):
    return path.endswith(".whl")


def is_sdist(path):
    return path.endswith((".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz"))


def files_in(folder, test):
    """Absolute paths in `folder` that pass `test`, sorted; none when there is no such folder."""
    if not os.path.isdir(folder):
        return []
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if test(name))


def package_wheel(file):
    """The wheel that is or was built from the package, or None."""
    if is_wheel(file):
        return file
    built = files_in(DIST, is_wheel)
    return built[0] if built else None


def dist_info(file):
    """Where the installed package's own record lies in the environment, or None."""
    wheel = package_wheel(file)
    if wheel is None:
        return None
    name = canonical(os.path.basename(wheel).split("-")[0])
    for folder in glob.glob(os.path.join(site_packages(), "*.dist-info")):
        if canonical(os.path.basename(folder).split("-")[0]) == name:
            return folder
    return None


def recorded(info):
    """Paths of what was installed, as the RECORD has them: relative to site-packages."""
    with open(os.path.join(info, "RECORD"), newline="", errors="replace") as file:
        for row in csv.reader(file):
            if row:
                yield row[0]
