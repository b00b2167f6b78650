"""The project's file that an argument of pytest names."""

from __future__ import annotations

from pathlib import Path

FILES = ("pyproject.toml", "setup.py")


def project_file(here: Path, argument: str) -> Path | None:
    """The pyproject.toml or setup.py that an argument means, alone or as the beginning of a node id.

    >>> project_file(Path(), "tests/test_it.py::test_one") is None
    True
    """
    place = here / argument.partition("::")[0]
    return place.resolve() if place.name in FILES and place.is_file() else None
