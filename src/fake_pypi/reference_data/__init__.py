"""Lists and limits that PyPI uses, as data files with the date and the origin of their values.

`python tasks.py update-data` of this project reads them again from their origins.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class DataFile:
    """A data file: its values, the day that they are of ("2026-08-21"), where they come from, and of which version."""

    date: str
    origin: str
    version: str
    values: Any


@dataclass(frozen=True)
class Classifiers:
    """The classifiers that a release may have, in PyPI's order, and the deprecated ones with their replacements."""

    valid: tuple[str, ...]
    deprecated: dict[str, list[str]]


@cache
def data_file(name: str) -> DataFile:
    """Return a data file by its name, as "limits"."""
    return DataFile(**json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


@cache
def classifiers() -> Classifiers:
    """Return the classifiers of the data file, or those of the library trove-classifiers if that is newer.

    PyPI adds classifiers several times a year, and takes them from this library.
    """
    from importlib.metadata import version

    stored = data_file("classifiers")
    if _is_newer(version("trove-classifiers"), stored.version):
        from trove_classifiers import deprecated_classifiers, sorted_classifiers

        return Classifiers(tuple(sorted_classifiers), dict(deprecated_classifiers))
    return Classifiers(tuple(stored.values["valid"]), stored.values["deprecated"])


@cache
def platform_tags(kind: str) -> frozenset[str]:
    """Return the tags, processors or versions of one kind: "single", "macosx", "manylinux" and so on."""
    return frozenset(data_file("platform_tags").values[kind])


def limit(name: str) -> int:
    """Return a limit of the server's code by name, as "file_size", in bytes if it is a size."""
    value: int = data_file("limits").values[name]
    return value


def _is_newer(version: str, other: str) -> bool:
    """Return whether a version of numbers is higher than another."""
    return [int(part) for part in re.findall(r"\d+", version)] > [int(part) for part in re.findall(r"\d+", other)]
