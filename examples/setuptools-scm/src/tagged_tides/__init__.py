"""A package whose version and file list come from git."""

from __future__ import annotations

from importlib.metadata import version


def release() -> str:
    """Return the version that git gave to what is installed here."""
    return version("tagged-tides")


def rising(levels: list[float]) -> bool:
    """Tell whether the water only ever rises in this series."""
    return all(earlier < later for earlier, later in zip(levels, levels[1:]))
