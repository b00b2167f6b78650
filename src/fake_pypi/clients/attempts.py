"""Other hosts that Python programs in a shell looked up. The proxy keeps a list of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LookupAttempt:
    """`program` looked for `host` and was told that it does not exist."""

    host: str
    port: str
    program: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port} (looked up by {self.program})"


def read_attempts(file: Path) -> list[LookupAttempt]:
    """What the answers to name lookups wrote down, oldest first; nothing if they had no reason to.

    >>> read_attempts(Path("nothing-was-attempted"))
    []
    """
    if not file.exists():
        return []
    lines = (line.split("\t") for line in file.read_text("utf-8").splitlines())
    return [LookupAttempt(*parts) for parts in lines if len(parts) == 3]
