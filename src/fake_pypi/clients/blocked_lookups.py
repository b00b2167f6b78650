"""Name lookups of other hosts that `sitecustomize` rejected. The proxy records its own blocked requests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class BlockedLookup:
    """A lookup of `host` by `program`, which was answered with "name not known"."""

    host: str
    port: str
    program: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port} (looked up by {self.program})"


def read_blocked_lookups(file: Path) -> list[BlockedLookup]:
    """Return the lookups that were recorded in a file, oldest first; none if there is no file.

    >>> read_blocked_lookups(Path("does-not-exist"))
    []
    """
    if not file.exists():
        return []
    lines = (line.split("\t") for line in file.read_text("utf-8").splitlines())
    return [BlockedLookup(*fields) for fields in lines if len(fields) == 3]
