"""Sizes of the ISO A series of paper, fold by fold."""

from __future__ import annotations

__version__ = "2.1.0"


def size(number: int) -> tuple[int, int]:
    """Return width and height of A0, A1, A2 ... in millimetres."""
    width, height = 841, 1189
    for _ in range(number):
        width, height = height // 2, width
    return width, height
