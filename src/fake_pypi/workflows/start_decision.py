"""Whether an event starts something, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """Whether something happens, a sentence that says why, and the line of the file that decides (0: none)."""

    runs: bool
    reason: str
    line: int = 0
