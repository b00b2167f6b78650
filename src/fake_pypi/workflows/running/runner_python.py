"""The interpreters of this machine, by the versions that workflows name.

https://github.com/actions/setup-python/blob/main/docs/advanced-usage.md
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which

from packaging.specifiers import InvalidSpecifier, SpecifierSet

NEWEST_MINOR, OLDEST_MINOR = 15, 6
_RELEASE = re.compile(r"3(?:\.(?P<minor>\d+|x|\*))?(?:\.(?:\d+|x|\*))?(?:-dev|t|-?(?:alpha|beta|rc)[\w.-]*)?")


class NoSuchPython(ValueError):
    """A version that setup-python does not find anywhere; the text says why."""


def wanted_minors(version: str) -> list[int]:
    """Return the minor versions of Python 3 that a version of a workflow allows, the newest first.

    Raises `NoSuchPython`.

    >>> wanted_minors("3.12")
    [12]
    """
    text = version.strip()
    if text.startswith(("pypy", "graalpy")):
        return wanted_minors(
            text.partition("py")[2].removeprefix("py").lstrip("-").partition("-v")[0].partition("_")[0]
        )
    match = _RELEASE.fullmatch(text)
    every = range(NEWEST_MINOR, OLDEST_MINOR - 1, -1)
    if text in {"*", "x"} or (match and (match["minor"] or "x") in {"x", "*"}):
        return [minor for minor in every if minor < NEWEST_MINOR]
    if match:
        minor = int(match["minor"])
        if OLDEST_MINOR <= minor <= NEWEST_MINOR:
            return [minor]
        hint = f": YAML reads {text}0 without quotes as the number {text}" if minor == 1 else ""
        raise NoSuchPython(f"there is no Python {text}{hint}")
    try:
        allowed = SpecifierSet(re.sub(r"\s+(?=[<>=!~])", ",", text).replace(".x", ".*"))
    except InvalidSpecifier:
        raise NoSuchPython(f"{text!r} is no version of Python") from None
    minors = [minor for minor in every if allowed.contains(f"3.{minor}.99") or allowed.contains(f"3.{minor}.0")]
    if not minors:
        raise NoSuchPython(f"no Python 3 fulfils {text!r}")
    return [minor for minor in minors if minor < NEWEST_MINOR] or minors


def find_python(minors: list[int], variables: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the path and the version of an interpreter with one of the minor versions; None if there is none."""
    running = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"
    if sys.version_info[1] in minors:
        return sys.executable, running
    for minor in minors:
        for candidate in _candidates(minor, variables):
            if version := _version_of(candidate):
                return candidate, version
    return None


def _candidates(minor: int, variables: Mapping[str, str]) -> list[str]:
    name = f"python3.{minor}"
    found = which(name, path=variables.get("PATH"))
    home = Path(variables.get("HOME") or variables.get("USERPROFILE") or Path.home())
    folders = {
        Path(variables.get("PYENV_ROOT") or home / ".pyenv") / "versions": f"3.{minor}.*",
        Path(
            variables.get("UV_PYTHON_INSTALL_DIR") or home / ".local" / "share" / "uv" / "python"
        ): f"cpython-3.{minor}*",
        Path(variables.get("AGENT_TOOLSDIRECTORY") or "/opt/hostedtoolcache") / "Python": f"3.{minor}.*/*",
    }
    inside = "python.exe" if os.name == "nt" else f"bin/{name}"
    installed = [str(path / inside) for folder, pattern in folders.items() for path in sorted(folder.glob(pattern))]
    return [*([found] if found else []), *(path for path in reversed(installed) if Path(path).is_file())]


def _version_of(python: str) -> str | None:
    program = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        command = [python, "-I", "-c", program]
        result = subprocess.run(command, capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.decode("ascii", "replace").strip() if result.returncode == 0 else None
