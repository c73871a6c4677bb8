"""Makes an sdist of a package of ours that builds itself without setuptools: make_sample.py FILE [KEY=TEXT...]

Keys: init, sub, hook, wants, tests, scripts, program; the text replaces what the sample has there.
"""

import io
import sys
import tarfile

BACKEND = '''
import os, zipfile
NAME, VERSION = "sample", "1.0"
INFO = "sample-1.0.dist-info"
METADATA = "Metadata-Version: 2.1\\nName: sample\\nVersion: 1.0\\n"

def prepare():
    HOOK

def get_requires_for_build_wheel(config_settings=None):
    return WANTS

def prepare_metadata_for_build_wheel(target, config_settings=None):
    os.mkdir(os.path.join(target, INFO))
    with open(os.path.join(target, INFO, "METADATA"), "w") as file:
        file.write(METADATA)
    return INFO

def build_wheel(target, config_settings=None, metadata_directory=None):
    prepare()
    name = "sample-1.0-py3-none-any.whl"
    files = {
        "sample/__init__.py": open("sample/__init__.py").read(),
        "sample/sub.py": open("sample/sub.py").read(),
        "sample/__main__.py": "raise SystemExit('must not be imported')",
        INFO + "/METADATA": METADATA,
        INFO + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: ours\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        INFO + "/entry_points.txt": """SCRIPTS""",
    }
    if """PROGRAM""":
        files["sample-1.0.data/scripts/program"] = """PROGRAM"""
    with zipfile.ZipFile(os.path.join(target, name), "w") as wheel:
        for path, text in files.items():
            member = zipfile.ZipInfo(path)
            member.external_attr = 0o100755 << 16
            wheel.writestr(member, text)
        record = "".join(path + ",,\\n" for path in [*files, INFO + "/RECORD"])
        wheel.writestr(INFO + "/RECORD", record)
    return name
'''


def backend(parts):
    text = BACKEND.replace("HOOK", parts["hook"]).replace("SCRIPTS", parts["scripts"])
    return text.replace("PROGRAM", parts["program"]).replace("WANTS", parts["wants"])


def main(path, *changes):
    parts = {
        "init": "",
        "sub": "",
        "hook": "pass",
        "wants": "[]",
        "tests": "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        import sample.sub\n",
        "scripts": "[console_scripts]\nsample = sample:main\n",
        "program": "",
    }
    parts.update(change.split("=", 1) for change in changes)
    files = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: Sample\nVersion: 1.0\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": backend(parts),
        "sample/__init__.py": parts["init"] or "def main():\n    print('usage: sample')\n",
        "sample/sub.py": parts["sub"],
        "tests/test_sample.py": parts["tests"],
    }
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo("sample-1.0/" + name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))


main(*sys.argv[1:])
