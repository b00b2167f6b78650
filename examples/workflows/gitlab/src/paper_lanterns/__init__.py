"""How many paper lanterns light a path, and where they stand."""

from __future__ import annotations


def positions(length: float, distance: float) -> list[float]:
    """Return where the lanterns stand on a path, from its begin, in metres."""
    count = int(length // distance) + 1
    return [number * distance for number in range(count)]
