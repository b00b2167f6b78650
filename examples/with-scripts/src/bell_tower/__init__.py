"""Strike the hours in a terminal."""

from __future__ import annotations


def strokes(hour: int) -> int:
    """Return how often the bell strikes at this hour, 0 to 24."""
    return hour % 12 or 12
