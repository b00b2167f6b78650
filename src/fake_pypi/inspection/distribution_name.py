"""The parts of the file name of a wheel or a source distribution, read as the real server reads them.

`packaging.utils` reads the same, but each release rejects more names; PyPI accepts `demo-1.0--none-any.whl`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

PROJECT = re.compile(r"[\w.]*")
BUILD = re.compile(r"\d+.*")


@dataclass(frozen=True)
class WheelName:
    """`demo-1.0-py3-none-any.whl` is `WheelName("demo", Version("1.0"), ("any",))`."""

    project: str
    version: Version
    platforms: tuple[str, ...]


class WheelNameError(Enum):
    """The ways in which the file name of a wheel is invalid."""

    NUMBER_OF_PARTS = auto()
    PROJECT = auto()
    VERSION = auto()
    BUILD_NUMBER = auto()


@dataclass(frozen=True)
class InvalidWheelName:
    """A file name that no wheel can have. `stem` is the name without `.whl`, `build` the invalid build number."""

    error: WheelNameError
    stem: str
    build: str = ""


def read_wheel_name(filename: str) -> WheelName | InvalidWheelName:
    """Return the parts of a wheel's file name.

    >>> read_wheel_name("demo_x-1.0-py3-none-win32.win_amd64.whl").platforms
    ('win32', 'win_amd64')
    >>> read_wheel_name("demo.whl").error
    <WheelNameError.NUMBER_OF_PARTS: 1>
    """
    from packaging.version import InvalidVersion, Version

    stem = filename.removesuffix(".whl")
    parts = stem.split("-")
    if len(parts) not in {5, 6}:
        return InvalidWheelName(WheelNameError.NUMBER_OF_PARTS, stem)
    if "__" in parts[0] or PROJECT.fullmatch(parts[0]) is None:
        return InvalidWheelName(WheelNameError.PROJECT, stem)
    try:
        version = Version(parts[1])
    except InvalidVersion:
        return InvalidWheelName(WheelNameError.VERSION, stem)
    if len(parts) == 6 and BUILD.match(parts[2]) is None:
        return InvalidWheelName(WheelNameError.BUILD_NUMBER, stem, parts[2])
    return WheelName(parts[0], version, tuple(parts[-1].lower().split(".")))


def sdist_project(filename: str) -> str | None:
    """Return the project's name as the file name of an sdist spells it; None if no version follows.

    >>> sdist_project("demo_x-1.0.tar.gz")
    'demo_x'
    """
    from packaging.version import InvalidVersion, Version

    ending = next((suffix for suffix in (".tar.gz", ".zip") if filename.endswith(suffix)), None)
    name, hyphen, version = filename.removesuffix(ending or "").rpartition("-")
    try:
        Version(version)
    except InvalidVersion:
        return None
    return name if hyphen and ending is not None else None
