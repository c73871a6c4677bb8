"""What a package says it needs, read from its file without running any of it."""

import email.parser
import zipfile

import archive
import probe


# What pip takes for granted when nothing is said: the second one up to pip 23.0, and older setuptools ask for it.
TAKEN_FOR_GRANTED = ("setuptools", "wheel")


def build_requirements(path):
    """Requirements of the build that apply here, as text."""
    text = archive.read_text(path, ("pyproject.toml",))
    stated = (toml(text) if text else {}).get("build-system", {}).get("requires")
    if not isinstance(stated, list):
        return list(TAKEN_FOR_GRANTED)
    return [one for one in stated if isinstance(one, str) and applies(one)]


def run_requirements(path):
    """Requirements to run, from a wheel's or sdist's metadata; an sdist that leaves them to its build says none."""
    metadata = email.parser.Parser().parsestr(wheel_metadata(path) if probe.is_wheel(path) else sdist_metadata(path))
    return [one for one in metadata.get_all("Requires-Dist", []) if applies(one)]


def name_of(requirement):
    requirements, utils = probe.packaging()
    return utils.canonicalize_name(requirements.Requirement(requirement).name)


def applies(requirement):
    requirements, _ = probe.packaging()
    try:
        marker = requirements.Requirement(requirement).marker
        return marker is None or marker.evaluate({"extra": ""})
    except Exception:  # whatever a hostile requirement provokes: pip will say it better
        return False


def sdist_metadata(path):
    return archive.read_text(path, ("PKG-INFO",)) or ""


def wheel_metadata(path):
    try:
        with zipfile.ZipFile(path) as wheel:
            for info in wheel.infolist():
                if info.filename.endswith(".dist-info/METADATA") and info.file_size <= archive.MAX_TEXT:
                    return wheel.read(info).decode("utf-8", "replace")
    except archive.BROKEN as error:
        raise archive.BadArchive(str(error)) from error
    return ""


def toml(text):
    """Reads TOML with the standard library (3.11 on) or with what pip brings; broken TOML says nothing."""
    try:
        import tomllib as reader
    except ImportError:
        probe.packaging()
        try:
            from pip._vendor import tomli as reader
        except ImportError:
            from pip._vendor import toml as reader
    try:
        return reader.loads(text)
    except Exception:  # each reader has its own errors; pip will say it better
        return {}
