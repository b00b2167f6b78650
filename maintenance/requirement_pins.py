"""The versions of libraries that the real server uses, as its file of requirements pins them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from maintenance.git_clone import GitClone

REQUIREMENTS = "requirements/main.txt"
DATA_LIBRARIES = ("trove-classifiers", "stdlib-list")
"""Libraries whose lists PyPI uses; `python tasks.py update-data` reads them."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class PinChange:
    """A library whose version changed, and the number of rules that come from it (0: its lists are used)."""

    library: str
    before: str
    after: str
    rules: int


def pin_changes(clone: GitClone, old: str, new: str, of_libraries: Mapping[str, int]) -> list[PinChange]:
    """Return the libraries of which the two commits pin different versions ("" where one pins none)."""
    before, after = (pins(clone.text(commit, REQUIREMENTS) or "") for commit in (old, new))
    rules = {**of_libraries, **dict.fromkeys(DATA_LIBRARIES, 0)}
    return [
        PinChange(library, before.get(library, ""), after.get(library, ""), number)
        for library, number in rules.items()
        if before.get(library) != after.get(library)
    ]


def pins(requirements: str) -> dict[str, str]:
    """Return the pinned version of each requirement, by normalized name.

    >>> pins("Trove_Classifiers==2026.1.14.14 --hash=sha256:00")
    {'trove-classifiers': '2026.1.14.14'}
    """
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _PIN.findall(requirements)}
