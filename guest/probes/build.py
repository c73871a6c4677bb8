"""Builds wheels: of dependencies that came as source into $HOME/wheelhouse, then of the package into $HOME/dist.

    build.py FILE
"""

import os
import re
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import archive
import needs
import probe

# pip tells when it enters and leaves a hook:  "  Preparing metadata (pyproject.toml): finished with status 'done'"
HOOK = re.compile(r"^\s*(Getting requirements to build wheel|Preparing metadata|Building wheel for \S{1,200}).{0,200}: (started|finished.*)$")


def main(file):
    if probe.is_wheel(file):
        probe.end(probe.NOT_APPLICABLE, "a wheel needs no build")
    os.makedirs(probe.WHEELHOUSE, exist_ok=True)
    built = {wheel_name(path) for path in probe.files_in(probe.WHEELHOUSE, probe.is_wheel)}
    for sdist in probe.files_in(probe.WHEELHOUSE, probe.is_sdist):
        name = os.path.basename(sdist)
        if probe.canonical(name.rpartition("-")[0]) not in built:
            build(sdist, sdist, probe.WHEELHOUSE, "its dependency %s" % name)
    build(probe.PROJECT, file, probe.DIST, "the package")
    wheels = probe.files_in(probe.DIST, probe.is_wheel)
    if len(wheels) != 1:
        probe.end(probe.FAILED, "the build left %d wheels, not one" % len(wheels))
    probe.end(probe.PASSED, "built %s" % os.path.basename(wheels[0]))


def build(source, sdist, target, what):
    hooks = Hooks()
    isolated = can_isolate(sdist)
    ran = build_wheel(source, target, hooks, isolated)
    if isolated and probe.lacks_backend(ran):
        ran = build_wheel(source, target, hooks, isolated=False)
    if ran.timed_out:
        probe.end(probe.TIMED_OUT, "building %s took too long, in: %s" % (what, hooks.last))
    if not ran.ok:
        probe.end(probe.FAILED, "%s cannot be built, in: %s: %s" % (what, hooks.last, own_reason(ran)))


def build_wheel(source, target, hooks, isolated):
    return probe.pip(
        *("wheel", "--no-deps", "--no-index", "--find-links", probe.WHEELHOUSE, "--wheel-dir", target),
        *(() if isolated else ("--no-build-isolation",)),
        source,
        tools=not isolated,
        on_line=hooks.see,
    )


class Hooks:
    """Tells the host which hook of the build backend runs when."""

    def __init__(self):
        self.last = "start"

    def see(self, line):
        match = HOOK.match(line)
        if match:
            self.last = match.group(1)
            probe.report("hook", name=match.group(1), ok="error" not in match.group(2), note=match.group(2))


def own_reason(ran):
    """The exception that ended the package's code stands in a box; else what pip says."""
    raised = [line.strip() for line in ran.tail if re.match(r"\s*[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt)\b", line)]
    return raised[-1] if raised else probe.pip_reason(ran)


def can_isolate(sdist):
    """Whether an isolated build finds all it asks for; else the image's tools are used."""
    try:
        wanted = [needs.name_of(one) for one in needs.build_requirements(sdist)]
    except archive.BadArchive:
        return False
    here = {wheel_name(path) for path in probe.files_in(probe.WHEELHOUSE, probe.is_wheel)}
    return all(name in here for name in wanted)


def wheel_name(path):
    return probe.canonical(os.path.basename(path).split("-")[0])


main(sys.argv[1])
