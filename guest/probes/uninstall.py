"""Removes everything the run installed: all of the virtual environment but pip.

    uninstall.py FILE
"""

import glob
import os
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import probe


def main():
    names = installed()
    if not names:
        probe.end(probe.FAILED, "nothing is installed any more")
    ran = probe.pip("uninstall", "--yes", *names)
    if ran.timed_out:
        probe.end(probe.TIMED_OUT, "uninstalling took too long")
    left = installed()
    if not ran.ok or left:
        probe.end(probe.FAILED, "%s; still there: %s" % (probe.pip_reason(ran), ", ".join(left) or "nothing"))
    probe.end(probe.PASSED, "removed %s" % ", ".join(names))


def installed():
    """Read from the folders' names, since what a package put into the environment is better not run to ask."""
    folders = glob.glob(os.path.join(probe.site_packages(), "*.dist-info"))
    names = {os.path.basename(folder).split("-")[0] for folder in folders}
    return sorted(name for name in names if probe.canonical(name) != "pip")


main()
