"""Distances between the two shores of a river."""

from __future__ import annotations


def by_bridge(width: float, to_bridge: float) -> float:
    """Return the way to the point on the other shore, over a bridge that is `to_bridge` away.

    >>> by_bridge(30.0, 100.0)
    230.0
    """
    return width + 2 * to_bridge
