"""The clock of an index, which all of its dates come from."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from fake_pypi.errors import UsageError
from fake_pypi.fixed_attributes import FixedAttributes

EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=timezone.utc), datetime(9000, 1, 1, tzinfo=timezone.utc)
"""The period of the clock: archives have no dates before 1980, and Python no years after 9999."""


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

    @property
    def shift(self) -> timedelta:
        """The time by which the clock was moved."""
        return self._shift

    def move_to(self, shift: timedelta) -> None:
        """Set the time by which the clock is moved. Raises `UsageError` outside of 1980 to 9000."""
        try:
            moment = datetime.now(timezone.utc) + shift
        except OverflowError:
            moment = None
        if moment is None or not EARLIEST <= moment <= LATEST:
            raise UsageError("the clock cannot be moved that far", "choose a time from 1980 to 9000")
        self._shift = shift

    def now(self) -> datetime:
        """Return the present time of the index, in UTC."""
        return datetime.now(timezone.utc) + self._shift

    def timestamp(self) -> float:
        """Return the present time in seconds since 1970."""
        return self.now().timestamp()

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock forward (or back, with negative numbers)."""
        try:
            added = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            shift = self._shift + added
        except (OverflowError, ValueError):  # ValueError: not a number
            shift = timedelta.max
        self.move_to(shift)

    def set(self, moment: datetime) -> None:
        """Set the clock; it continues from there. A time without a time zone is UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        self.move_to(aware - datetime.now(timezone.utc))

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat(timespec='seconds')}>"
