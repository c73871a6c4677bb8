"""Fetches what the package needs to be built and to run, while the index answers. Resolving may run package code.

    fetch.py FILE
"""

import os
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import archive
import needs
import probe

NO_ISOLATION = ("--no-build-isolation",)

PRINT_MISSING = """
import importlib.metadata, sys
for name in sys.argv[1:]:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        print(name)
"""


def main(file):
    os.makedirs(probe.WHEELHOUSE, exist_ok=True)
    try:
        fetch_needs(file) if "PIP_INDEX_URL" in os.environ else check_needs(file)
        check_backends(file)
    except archive.BadArchive:
        probe.end(probe.PASSED, "nothing was fetched: the file cannot be read, as unpack or install will say")
    names = [os.path.basename(path) for path in probe.files_in(probe.WHEELHOUSE, lambda name: True)]
    for name in names:
        probe.report("file", name=name, ok=True)
    probe.end(probe.PASSED, "%d files fetched" % len(names) if names else "nothing was fetched")


def fetch_needs(file):
    tried = set()
    if not probe.is_wheel(file):
        fetch_backends(file, tried)
    arguments = ("download", "--dest", probe.WHEELHOUSE, "--find-links", probe.WHEELHOUSE, file)
    isolated = probe.is_wheel(file) or has_backends(file)
    ran = probe.pip(*arguments, *(() if isolated else NO_ISOLATION), tools=not isolated)
    if isolated and not ran.ok and probe.lacks_backend(ran):
        ran = probe.pip(*arguments, *NO_ISOLATION, tools=True)
    if not ran.ok:
        explain(ran)
    drop_copy(file)
    for sdist in probe.files_in(probe.WHEELHOUSE, probe.is_sdist):
        fetch_backends(sdist, tried)


def explain(ran):
    if ran.timed_out:
        probe.end(probe.TIMED_OUT, "resolving the dependencies took too long")
    if probe.hook_failed(ran):
        probe.end(probe.PASSED, "dependencies are unknown: a metadata hook failed, as build will say")
    probe.end(probe.FAILED, probe.pip_reason(ran))


def drop_copy(file):
    """pip puts a copy of the package itself beside its dependencies."""
    copy = os.path.join(probe.WHEELHOUSE, os.path.basename(file))
    if os.path.exists(copy):
        os.unlink(copy)


def fetch_backends(sdist, tried):
    wanted = [one for one in needs.build_requirements(sdist) if one not in tried]
    tried.update(wanted)
    # One that the index lacks may be among the image's tools. Asking first spares a start of pip, some ten seconds on an
    # emulated machine; so does asking for all of them at once, unless one is in the way of the others.
    there = [one for one in wanted if index_has(needs.name_of(one))]
    if there and not download(there).ok and len(there) > 1:
        for requirement in there:
            download([requirement])


def download(requirements):
    return probe.pip("download", "--prefer-binary", "--dest", probe.WHEELHOUSE, *requirements)


def index_has(name):
    """Whether the index has a project. One that fails has nothing: the host says how, and pip would ask it for a minute.
    One that has not answered yet may have it."""
    page = "%s/%s/" % (os.environ["PIP_INDEX_URL"].rstrip("/"), name)
    try:
        urllib.request.urlopen(urllib.request.Request(page, method="HEAD"), timeout=60).close()
    except urllib.error.HTTPError:
        return False
    except OSError:
        return True
    return True


def has_backends(sdist):
    return all(needs.name_of(one) in fetched_names() for one in needs.build_requirements(sdist))


def fetched_names():
    paths = probe.files_in(probe.WHEELHOUSE, lambda name: probe.is_wheel(name) or probe.is_sdist(name))
    return {probe.canonical(os.path.basename(path).split("-")[0]) for path in paths} | {
        probe.canonical(os.path.basename(path).rpartition("-")[0]) for path in paths if probe.is_sdist(path)
    }


def check_needs(file):
    wanted = needs.run_requirements(file)
    if wanted:
        probe.end(probe.FAILED, "it needs %s, and there is no index" % ", ".join(wanted[:10]))


def check_backends(file):
    """A backend that nobody has is no fault of the package: told here, before the build fails on it."""
    sdists = [] if probe.is_wheel(file) else [file, *probe.files_in(probe.WHEELHOUSE, probe.is_sdist)]
    wanted = {needs.name_of(one) for sdist in sdists for one in needs.build_requirements(sdist)}
    missing = sorted(wanted - fetched_names() - set(needs.TAKEN_FOR_GRANTED))
    if not missing:
        return
    asked = [probe.TOOLS_PYTHON, "-I", "-c", PRINT_MISSING, *missing]
    try:
        found = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        # Nobody knows then: the build says it, if one is missing.
        return
    lacking = found.stdout.split()
    if lacking:
        probe.end(probe.FAILED, "its build needs %s, which neither index nor image has" % ", ".join(lacking[:10]))


main(sys.argv[1])
