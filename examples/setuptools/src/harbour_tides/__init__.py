"""Estimate the height of the tide between low and high water."""

from __future__ import annotations

_TWELFTHS = (0, 1, 3, 6, 9, 11, 12)


def height(*, low: float, high: float, hours_after_low: int) -> float:
    """Return the height in metres, by the rule of twelfths, for 0 to 6 hours after low water."""
    if not 0 <= hours_after_low <= 6:
        raise ValueError("the rule of twelfths covers 0 to 6 hours after low water")
    return low + (high - low) * _TWELFTHS[hours_after_low] / 12
