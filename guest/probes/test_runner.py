"""Runs one suite inside the package's environment and keeps counting into a file.

    test_runner.py FRAMEWORK COUNTS TOOLS [FILE...]
"""

import sys

sys.path.pop(0)

import importlib
import os
import re

MISSING = re.compile(r"No module named '([\w.]+)'")


class Counts:
    """What is counted so far: written after every change, so that a suite that never ends has counts too."""

    def __init__(self, path):
        self.path = path
        self.passed = self.failed = self.skipped = self.errors = 0
        self.missing = []

    def add(self, what):
        setattr(self, what, getattr(self, what) + 1)
        self.save()

    def error(self, text):
        """A file of tests that cannot be imported for want of another package is told apart from a broken one."""
        names = MISSING.findall(text)
        self.missing += names[-1:]
        self.add("errors")

    def save(self):
        numbers = (self.passed, self.failed, self.skipped, self.errors)
        with open(self.path, "w") as file:
            file.write(" ".join(map(str, numbers + tuple(self.missing))) + "\n")


def run_pytest(counts, files):
    import pytest

    class Plugin:
        def pytest_runtest_logreport(self, report):
            if report.when == "call" or report.outcome == "skipped":
                counts.add(report.outcome)
            elif report.failed:
                counts.add("errors")

        def pytest_collectreport(self, report):
            if report.failed:
                counts.error(report.longreprtext)
            elif report.skipped:
                counts.add("skipped")

    # The project's own options often ask for plugins that are not here, above all for coverage.
    options = ["-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", "-o", "addopts="]
    # A suite that makes warnings errors does not mean those about a pytest newer than itself.
    options += ["-W", "ignore::pytest.PytestDeprecationWarning"]
    base = os.path.join(os.path.dirname(counts.path), "pytest")
    return pytest.main([*options, "--basetemp", base], plugins=[Plugin()])


def run_unittest(counts, files):
    import unittest

    class Result(unittest.TextTestResult):
        def addSuccess(self, test):
            super().addSuccess(test)
            counts.add("passed")

        def addExpectedFailure(self, test, error):
            super().addExpectedFailure(test, error)
            counts.add("passed")

        def addUnexpectedSuccess(self, test):
            super().addUnexpectedSuccess(test)
            counts.add("failed")

        def addFailure(self, test, error):
            super().addFailure(test, error)
            counts.add("failed")

        def addError(self, test, error):
            super().addError(test, error)
            counts.add("errors")

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            counts.add("skipped")

    suite = unittest.TestSuite()
    for module in load_all(counts, files):
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(resultclass=Result).run(suite)
    return 0 if result.wasSuccessful() else 1


def run_doctest(counts, files):
    import doctest

    failed = 0
    for module in load_all(counts, files):
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            runner = doctest.DocTestRunner(verbose=False)
            outcome = runner.run(test)
            failed += outcome.failed
            if test.examples:
                counts.add("failed" if outcome.failed else "passed")
    return 1 if failed else 0


def load_all(counts, files):
    """Modules of tests by their files; one inside a package is imported under its full name, so that it finds its siblings."""
    for path in files:
        top, name = place_of(path)
        if top not in sys.path:
            sys.path.append(top)
        try:
            yield importlib.import_module(name)
        except BaseException as error:
            print("%s: %s: %s" % (path, type(error).__name__, error), file=sys.stderr)
            counts.error(str(error))


def place_of(path):
    folder, file = os.path.split(path)
    parts = [os.path.splitext(file)[0]]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, part = os.path.split(folder)
        parts.insert(0, part)
    if parts[-1] == "__init__":
        parts.pop()
    return folder, ".".join(parts)


def main(framework, counts_path, tools, *files):
    # Last on the path: the image's pytest serves, but nothing of the image hides or replaces what the package installed.
    sys.path.append(tools)
    counts = Counts(counts_path)
    counts.save()
    run = {"pytest": run_pytest, "unittest": run_unittest, "doctest": run_doctest}[framework]
    try:
        code = run(counts, files)
    except ImportError as error:
        print(error, file=sys.stderr)
        counts.error(str(error))
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    sys.exit(int(main(*sys.argv[1:])))
