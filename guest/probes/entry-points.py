"""Asks every script of the package for --help.

    entry-points.py FILE

A script that does not know --help is no failure; one that dies of an exception of its own, or of a signal, is. One with
windows is asked as well, and may die: here is no screen. So is a program that the package brings as it is (setup's
scripts=[...], a wheel's .data/scripts), and may die too: it may take --help for the name of a file.
"""

import configparser
import csv
import errno
import os
import sys
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import probe

SCRIPT_LIMIT = 30.0
MAX_SCRIPTS = 100


def main(file):
    info = probe.dist_info(file)
    if info is None:
        probe.end(probe.FAILED, "the package is not among what is installed")
    found = {**dict.fromkeys(programs(info), True), **entry_points(info)}
    if not found:
        probe.end(probe.NOT_APPLICABLE, "it has no scripts")
    asked, wrong = ask_all(sorted(found.items(), key=lambda item: (item[1], item[0])))
    probe.report_part("scripts", asked, len(found))
    if wrong:
        probe.end(probe.FAILED, "; ".join(wrong[:5]))
    probe.end(probe.PASSED, "%d of %d scripts start" % (asked, len(found)))


def entry_points(info):
    """Names of scripts with whether they have windows; those that are paths are left out."""
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str
    try:
        parser.read(os.path.join(info, "entry_points.txt"), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}
    found = {}
    for section in ("gui_scripts", "console_scripts"):
        for name in parser.options(section) if parser.has_section(section) else []:
            if os.path.basename(name) == name:
                found[name] = section == "gui_scripts"
    return found


def programs(info):
    """Names of all that the package put where the environment's programs lie, and that can be started."""
    if probe.WINDOWS:
        return []  # there nothing starts by its first line
    home = os.path.dirname(probe.script("python"))
    try:
        paths = [os.path.normpath(os.path.join(os.path.dirname(info), path)) for path in probe.recorded(info)]
        return [os.path.basename(path) for path in paths if os.path.dirname(path) == home and os.access(path, os.X_OK)]
    except (OSError, ValueError, csv.Error):
        return []  # it took its own list away, or left one that nobody can read


def ask_all(found):
    """How many were asked before the time was over, and a sentence for each that cannot start."""
    asked, wrong = 0, []
    for name, may_die in found[:MAX_SCRIPTS]:
        if time.monotonic() >= probe.DEADLINE:
            break
        asked += 1
        sentence = ask(name, may_die)
        if sentence:
            wrong.append(sentence)
    return asked, wrong


def ask(name, may_die):
    """Runs one script; returns a sentence when it cannot start, else None."""
    file = probe.script(name)
    if not os.path.exists(file):
        sentence = "%s was not installed" % name
        probe.report("script", name=name, ok=False, note=sentence)
        return sentence
    try:
        ran = start(file)
    except OSError as error:
        probe.report("script", name=name, ok=False, note=str(error.strerror))
        return None if may_die else "%s cannot be started: %s" % (name, error.strerror)
    if ran.timed_out:
        # A server or a prompt: it does start.
        probe.report("script", name=name, ok=True, note="did not end in %d s" % SCRIPT_LIMIT)
        return None
    died = ran.code < 0 or (ran.code != 0 and ran.says("Traceback (most recent call last)"))
    probe.report("script", name=name, ok=not died, note="exit code %d" % ran.code)
    return "%s dies: %s" % (name, ran.last()) if died and not may_die else None


def start(file):
    """What names no interpreter is the shell's, as at any prompt."""
    try:
        return probe.run([file, "--help"], limit=SCRIPT_LIMIT)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        return probe.run(["/bin/sh", file, "--help"], limit=SCRIPT_LIMIT)


main(sys.argv[1])
