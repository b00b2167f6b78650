"""The index's own clock: every date it knows obeys it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from fake_pypi.fixed_attributes import FixedAttributes


class Clock(FixedAttributes):
    """The time of one index, which runs like the machine's until it is moved.

    >>> clock = Clock()
    >>> before = clock.now()
    >>> clock.advance(days=15)
    >>> (clock.now() - before).days
    15
    """

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the index's present moment, in UTC."""
        return datetime.now(timezone.utc) + self._shift

    def timestamp(self) -> float:
        """Return the present moment in seconds since 1970."""
        return self.now().timestamp()

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock on (or back, with negative numbers)."""
        self._shift += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Set the clock; it runs on from there. A moment without a time zone is taken as UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        self._shift = aware - datetime.now(timezone.utc)

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat(timespec='seconds')}>"
