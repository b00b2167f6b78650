"""The places in the code of the real server, and of the libraries that it uses, whose messages rules have.

A rule names its place in `Rule.source`. warehouse_names.json lists the files and names that must exist at the pinned
commit; `python tasks.py update-data CLONE` compares it with a clone of the real server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fake_pypi.rules.rule_set import Rule

NAMES_FILE = Path(__file__).with_name("warehouse_names.json")
WAREHOUSE_REPOSITORY = "pypi/warehouse"
LIBRARIES = {"pypa/packaging": "packaging", "jackrosenthal/legacy-cgi": "legacy-cgi"}
"""Repository -> distribution, which requirements/main.txt of the real server pins."""

_LINK = re.compile(
    r"https://github\.com/(?P<repository>[\w.-]+/[\w.-]+)/blob/(?P<commit>[\w.]+)/(?P<path>\S+) \((?P<name>[\w.]+)\)"
)


@dataclass(frozen=True, order=True)
class Place:
    """A function or class of a file: the repository, a commit or tag, the path, and the name."""

    repository: str
    commit: str
    path: str
    name: str


@dataclass(frozen=True)
class KnownNames:
    """The functions and classes that rules come from, by file; the commit, its date, and how the names were found."""

    commit: str
    date: str
    origin: str
    names: dict[str, list[str]]


def place_of(source: str) -> Place:
    """Return the parts of a `Rule.source`. Raises ValueError for a text of another form."""
    match = _LINK.fullmatch(source)
    if match is None:
        raise ValueError(f"{source!r} is not of the form https://github.com/OWNER/NAME/blob/COMMIT/FILE (FUNCTION)")
    return Place(**match.groupdict())


def rules_of_places(rules: Iterable[Rule]) -> dict[Place, list[Rule]]:
    """Return the rules of each place, places and rules in the order of the rules."""
    places: dict[Place, list[Rule]] = {}
    for rule in rules:
        places.setdefault(place_of(rule.source), []).append(rule)
    return places


def known_names(file: Path = NAMES_FILE) -> KnownNames:
    """Return the content of warehouse_names.json."""
    return KnownNames(**json.loads(file.read_text(encoding="utf-8")))
