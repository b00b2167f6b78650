"""The clock of an index, which all of its dates come from."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from fake_pypi.fixed_attributes import FixedAttributes


class Clock(FixedAttributes):
    """The clock of one index: the machine's time, plus the time by which it was moved.

    >>> clock = Clock()
    >>> before = clock.now()
    >>> clock.advance(days=15)
    >>> (clock.now() - before).days
    15
    """

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the present time of the index, in UTC."""
        return datetime.now(timezone.utc) + self._shift

    def timestamp(self) -> float:
        """Return the present time in seconds since 1970."""
        return self.now().timestamp()

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock forward (or back, with negative numbers)."""
        self._shift += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Set the clock; it continues from there. A time without a time zone is UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        self._shift = aware - datetime.now(timezone.utc)

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat(timespec='seconds')}>"
