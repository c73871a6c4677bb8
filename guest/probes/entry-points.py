"""Asks every script of the package for --help.

    entry-points.py FILE

A script that does not know --help is no failure; one that dies of an exception of its own, or of a signal, is. One with
windows is asked as well, and may die: here is no screen.
"""

import configparser
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
    names = scripts(info)
    if not names:
        probe.end(probe.NOT_APPLICABLE, "it has no scripts")
    asked, wrong = ask_all(names)
    probe.report_part("scripts", asked, len(names))
    if wrong:
        probe.end(probe.FAILED, "; ".join(wrong[:5]))
    probe.end(probe.PASSED, "%d of %d scripts start" % (asked, len(names)))


def scripts(info):
    """Names of scripts with whether they have windows, console scripts first; those that are paths are left out."""
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str
    try:
        parser.read(os.path.join(info, "entry_points.txt"), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return []
    found = []
    for section in ("console_scripts", "gui_scripts"):
        names = parser.options(section) if parser.has_section(section) else []
        found += [(name, section == "gui_scripts") for name in sorted(names) if os.path.basename(name) == name]
    return found


def ask_all(names):
    """How many were asked before the time was over, and a sentence for each that cannot start."""
    asked, wrong = 0, []
    for name, has_windows in names[:MAX_SCRIPTS]:
        if time.monotonic() >= probe.DEADLINE:
            break
        asked += 1
        sentence = ask(name, has_windows)
        if sentence:
            wrong.append(sentence)
    return asked, wrong


def ask(name, has_windows):
    """Runs one script; returns a sentence when it cannot start, else None."""
    file = probe.script(name)
    if not os.path.exists(file):
        sentence = "%s was not installed" % name
        probe.report("script", name=name, ok=False, note=sentence)
        return sentence
    ran = probe.run([file, "--help"], limit=SCRIPT_LIMIT)
    if ran.timed_out:
        # A server or a prompt: it does start.
        probe.report("script", name=name, ok=True, note="did not end in %d s" % SCRIPT_LIMIT)
        return None
    died = ran.code < 0 or (ran.code != 0 and ran.says("Traceback (most recent call last)"))
    probe.report("script", name=name, ok=not died, note="exit code %d" % ran.code)
    return "%s dies: %s" % (name, ran.last()) if died and not has_windows else None


main(sys.argv[1])
