"""How long and how large a request may be before the server gives up on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one connection: times in seconds, sizes in bytes.

    >>> Limits(idle=0.5).idle
    0.5

    `idle` is the longest silence, `head` the longest time from the first byte of a request to its blank line.
    `drain` and `drain_seconds` bound what is read and thrown away when an application answers without reading
    the body. They are generous on purpose: a client that is cut off while it sends never reads the answer.
    """

    idle: float = 60.0
    head: float = 20.0
    request_line: int = 64 * 1024
    fields: int = 128 * 1024
    field_count: int = 200
    drain: int = 1 << 30
    drain_seconds: float = 10.0
    linger_seconds: float = 1.0
