"""What the file name of a wheel or a source distribution says, read as the real server reads it.

`packaging.utils` reads the same, but rejects more with each release; PyPI takes `demo-1.0--none-any.whl`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from packaging.version import Version

PROJECT = re.compile(r"[\w.]*")
BUILD = re.compile(r"\d+.*")


class InvalidName(Exception):
    """The name is none that a wheel or an sdist may have; the argument is PyPI's sentence for it."""


@dataclass(frozen=True)
class WheelName:
    """`demo-1.0-py3-none-any.whl` is `WheelName("demo", "demo", Version("1.0"), ("any",))`."""

    raw_name: str
    name: str
    version: Version
    platforms: tuple[str, ...]


def wheel_name(filename: str) -> WheelName:
    """Take a wheel's file name apart. `InvalidName` for what is none.

    >>> wheel_name("demo_x-1.0-py3-none-win32.win_amd64.whl").platforms
    ('win32', 'win_amd64')
    """
    from packaging.version import InvalidVersion, Version

    stem = filename.removesuffix(".whl")
    dashes = stem.count("-")
    if dashes not in {4, 5}:
        raise InvalidName(f"Invalid wheel filename (wrong number of parts): {stem!r}")
    parts = stem.split("-")
    if "__" in parts[0] or PROJECT.fullmatch(parts[0]) is None:
        raise InvalidName(f"Invalid project name: {stem!r}")
    try:
        version = Version(parts[1])
    except InvalidVersion:
        raise InvalidName(f"Invalid wheel filename (invalid version): {stem!r}") from None
    if dashes == 5 and BUILD.match(parts[2]) is None:
        raise InvalidName(f"Invalid build number: {parts[2]} in {stem!r}")
    return WheelName(parts[0], normalized(parts[0]), version, tuple(parts[-1].lower().split(".")))


def sdist_project(filename: str) -> str:
    """Return the project's name as the file name of an sdist spells it. `InvalidName` if no version follows.

    >>> sdist_project("demo_x-1.0.tar.gz")
    'demo_x'
    """
    from packaging.version import InvalidVersion, Version

    ending = next((each for each in (".tar.gz", ".zip") if filename.endswith(each)), None)
    name, hyphen, version = filename.removesuffix(ending or "").rpartition("-")
    try:
        Version(version)
    except InvalidVersion:
        hyphen = ""
    if not hyphen or ending is None:
        raise InvalidName(f"Invalid source distribution filename: {filename}")
    return name
