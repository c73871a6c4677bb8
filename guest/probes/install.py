"""Installs the package's wheel, and what it needs, into the virtual environment.

    install.py FILE
"""

import os
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import probe

# pip's words for a wheel that says itself that it is not for this platform or Python.
NOT_FOR_HERE = ("is not a supported wheel on this platform", "requires a different Python")


def main(file):
    wheel = probe.package_wheel(file)
    if wheel is None:
        probe.end(probe.FAILED, "there is no wheel to install")
    ran = probe.pip(
        *("install", "--no-index", "--only-binary", ":all:"),
        *("--find-links", probe.WHEELHOUSE, "--find-links", probe.DIST),
        wheel,
    )
    if ran.timed_out:
        probe.end(probe.TIMED_OUT, "installing took too long")
    for words in NOT_FOR_HERE:
        if not ran.ok and ran.says(words):
            probe.end(probe.NOT_APPLICABLE, probe.pip_reason(ran))
    if not ran.ok:
        probe.end(probe.FAILED, probe.pip_reason(ran))
    name, version = os.path.basename(wheel).split("-")[:2]
    probe.report("package", name=name, version=version)
    probe.end(probe.PASSED, ran.last("Successfully installed"))


main(sys.argv[1])
