"""Runs the package's own tests, from its unpacked source against the installed package, and counts them.

    test.py FILE

The first that applies: pytest (which runs unittest's classes too), unittest, doctest.
"""

import os
import re
import sys
import tempfile

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import probe

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "test_runner.py")
MAX_FILES = 20_000
TEST_FILE = re.compile(r"^(test_.*|.*_test|tests?)\.py$")
NOT_OURS = {".git", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__", "build", "dist"}
WITH_UNITTEST_ONLY = re.compile(rb"^\s*class \w+\(.*TestCase\b", re.MULTILINE)
WITH_PYTEST = re.compile(rb"^(import pytest|from pytest |def test|async def test|class Test\w*:)", re.MULTILINE)


def main():
    if not os.path.isdir(probe.PROJECT):
        probe.end(probe.NOT_APPLICABLE, "there is no source with tests")
    sources, found = python_files(probe.PROJECT)
    framework, files = suite(sources)
    if files:
        probe.report_part("files", min(found, MAX_FILES), found)
    if framework is None:
        probe.end(probe.NOT_APPLICABLE, "no pytest, unittest or doctest suite was found")
    counts = run_suite(framework, files)
    judge(framework, *counts)


def python_files(top):
    """The files with Python in them among the first MAX_FILES, and how many files there are, one more than that at most."""
    paths, found = [], 0
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.endswith(".egg-info"))
        for name in sorted(names):
            found += 1
            if found > MAX_FILES:
                return paths, found
            if name.endswith(".py"):
                paths.append(os.path.join(folder, name))
    return paths, found


def suite(sources):
    """The framework to use and the files to hand it; an empty list of files means that it finds them itself."""
    tests = [path for path in sources if TEST_FILE.match(os.path.basename(path))]
    texts = [content(path) for path in tests]
    if any(WITH_PYTEST.search(text) for text in texts) or (tests and configures_pytest()):
        return "pytest", []
    with_cases = [path for path, text in zip(tests, texts) if WITH_UNITTEST_ONLY.search(text)]
    if with_cases:
        return "unittest", with_cases
    modules = [path for path in sources if os.path.basename(path) != "setup.py"]
    with_examples = [path for path in modules if b"\n>>> " in content(path).replace(b"    ", b"")]
    return ("doctest", with_examples) if with_examples else (None, [])


def configures_pytest():
    """Where pytest looks for its settings; the words are searched, since a false find only means pytest is used."""
    marks = {"pytest.ini": b"", "pyproject.toml": b"[tool.pytest", "setup.cfg": b"[tool:pytest]", "tox.ini": b"[pytest]"}
    paths = ((os.path.join(probe.PROJECT, name), mark) for name, mark in marks.items())
    return any(os.path.isfile(path) and mark in content(path) for path, mark in paths)


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""


def run_suite(framework, files):
    """Runs the suite in the environment; the runner leaves its counts in a file, also while it still runs."""
    folder = tempfile.mkdtemp(prefix=".counts-", dir=probe.PROJECT)
    counts_file = os.path.join(folder, "counts")
    # Many suites leave temporary files behind: kept with the source, they are not mistaken for leftovers of the package.
    temporary = os.path.join(folder, "tmp")
    os.mkdir(temporary)
    ran = probe.run(
        # The runner puts the tools last on its path, so that the package's own environment wins.
        [probe.venv_python(), RUNNER, framework, counts_file, probe.TOOLS_PATH, *files],
        cwd=probe.PROJECT,
        env={**os.environ, "TMPDIR": temporary},
    )
    return ran, read_counts(counts_file)


def read_counts(path):
    """One line `passed failed skipped errors missing...`, written by a process that the package can change."""
    words = content(path).decode("utf-8", "replace").split()
    numbers = [int(word) for word in words[:4] if word.isdigit() and len(word) < 10]
    return (numbers, words[4:]) if len(numbers) == 4 else ([0, 0, 0, 0], [])


def judge(framework, ran, counted):
    (passed, failed, skipped, errors), missing = counted
    fields = {"passed": passed, "failed": failed, "skipped": skipped, "errors": errors}
    probe.report("tests", framework=framework, **fields)
    sentence = "%s: %s" % (framework, ", ".join("%d %s" % (n, word) for word, n in fields.items() if n or word == "passed"))
    if missing:
        sentence += "; not here: %s" % ", ".join(sorted(set(missing))[:5])
    if ran.timed_out:
        probe.end(probe.TIMED_OUT, "the tests took too long; until then %s" % sentence)
    if failed or errors > len(missing):
        probe.end(probe.FAILED, sentence)
    if passed + skipped == 0:
        # Nothing could run for want of what the tests need, or there was nothing after all.
        no_suite = missing or ran.code in (0, 5)
        probe.end(probe.NOT_APPLICABLE if no_suite else probe.FAILED, "no test ran; %s" % (sentence if missing else ran.last()))
    if ran.code != 0 and not missing:
        probe.end(probe.FAILED, "%s; it ended with exit code %s: %s" % (sentence, ran.code, ran.last()))
    probe.end(probe.PASSED, sentence)


main()
