"""Why an archive, or one of its members, cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class FailureCause(Enum):
    """What stops the reading of an archive."""

    DAMAGED = auto()
    """Bytes are missing or contradict each other."""
    ENCRYPTED = auto()
    """A member needs a password."""
    UNFORESEEN = auto()
    """Something that the reader of the real server does not expect."""
    OS_ERROR = auto()
    """An `OSError`: a member would begin before the first byte of the file, or gzip data are malformed."""
    TOO_LARGE = auto()
    """There are more members, or more content, than is read."""


@dataclass(frozen=True)
class ReadFailure:
    """A failure to read an archive. `member` is "" when it does not concern a single member."""

    cause: FailureCause
    member: str = ""
