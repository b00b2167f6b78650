"""Hours as clock faces write them: four is IIII."""

from __future__ import annotations

__version__ = "0.3"

_FACE = ("XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI")


def numeral(hour: int) -> str:
    """Return the numeral that a clock shows at this hour, 0 to 24."""
    return _FACE[hour % 12]
