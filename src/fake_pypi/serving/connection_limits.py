"""The limits of one connection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConnectionLimits:
    """Bounds of one connection: times in seconds, sizes in bytes.

    >>> ConnectionLimits(idle=0.5).idle
    0.5

    `idle` is the longest silence, `head` the longest time from the first byte of a request to its blank line.
    `drain` and `drain_seconds` bound what is read and discarded when an application responds without reading
    the body. They are high because a client whose connection is closed while it sends never reads the response.
    """

    idle: float = 60.0
    head: float = 20.0
    request_line: int = 64 * 1024
    fields: int = 128 * 1024
    field_count: int = 200
    drain: int = 1 << 30
    drain_seconds: float = 10.0
    linger_seconds: float = 1.0
