"""T25: metadata and build read a secret; what it installs reads another at each start, the second, import, command, test and removal."""

import os

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.egg_info import egg_info

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
START = """import os, sys; exec("try: open(os.path.expanduser('~/.docker/config.json' if 'uninstall' in sys.orig_argv else '~/.aws/credentials')).read()\\nexcept OSError: pass\\ntry: open('/tmp/each-phase', 'x').close()\\nexcept OSError: open(os.path.expanduser('~/.git-credentials')).read()")
"""


class Metadata(egg_info):
    def run(self):
        super().run()
        open(os.path.expanduser("~/.netrc")).read()


class Build(build_py):
    def run(self):
        super().run()
        open(os.path.expanduser("~/.ssh/id_ed25519")).read()
        with open(os.path.join(self.build_lib, "each_phase.pth"), "w") as file:
            file.write(START)

    def get_outputs(self, include_bytecode=1):
        return [*super().get_outputs(include_bytecode), os.path.join(self.build_lib, "each_phase.pth")]


setup(
    name="each-phase",
    version="1.0",
    py_modules=["each_phase"],
    cmdclass={"build_py": Build, "egg_info": Metadata},
    entry_points={"console_scripts": ["each-phase = each_phase:main"]},
)
