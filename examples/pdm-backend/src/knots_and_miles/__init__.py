"""Convert between knots, kilometres an hour and miles an hour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Speed:
    """A speed, whatever unit it was measured in."""

    kilometres_an_hour: float

    @classmethod
    def from_knots(cls, knots: float) -> Speed:
        """Make a speed from knots; a knot is 1.852 kilometres an hour by definition."""
        return cls(knots * 1.852)

    @property
    def miles_an_hour(self) -> float:
        """The same speed on a British road sign."""
        return self.kilometres_an_hour / 1.609344
