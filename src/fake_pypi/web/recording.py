"""The record of requests and rejections, as frozen values, bounded by count and by bytes."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

MOST_ENTRIES = 10_000
"""The number of requests, and of rejections, that are stored."""
MOST_BYTES = 16 << 20
"""Bytes of memory that the requests of a record may take, and its rejections."""
LONGEST_TEXT = 32 << 10
"""The number of characters to which a text is truncated."""
LONGEST_NAME = 200
"""The number of characters to which the name of a form field is truncated."""
MOST_FORM_TEXT = 256 << 10
"""Characters of all form fields of one request together; fields after those are left out."""
MOST_FORM_FIELDS = 2_000


@dataclass(frozen=True, repr=False)
class RecordedRequest:
    """One request and its response.

    `sender` is a user name or a publisher, never a secret; `form` the text fields of an upload;
    `via` is "direct", "proxy" or "tls"; `fault` the faults that acted on the request; `seconds` is how long
    the response took. `truncated` names the attributes and the form fields that were truncated, and "form" if fields
    were left out.
    """

    method: str
    scheme: str
    host: str
    path: str
    query: str
    user_agent: str
    via: str
    status: int
    reason: str
    sender: str = ""
    token_id: str | None = None
    rule: str | None = None
    filename: str | None = None
    form: tuple[tuple[str, str], ...] = ()
    fault: str = ""
    seconds: float = 0.0
    truncated: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.scheme}://{self.host}{self.path} -> {self.status} {self.reason}"

    def __repr__(self) -> str:
        return f"<{self} | {self.user_agent.partition(' ')[0]} {self.via}>"


@dataclass(frozen=True)
class RejectedUpload:
    """One upload (or token exchange) that was rejected: PyPI's message, and the rule behind it.

    `detail` is what is known beyond the message, as the claims of a CI job next to what was registered.
    """

    rule: str
    status: int
    message: str
    project: str
    version: str
    filename: str
    sender: str
    detail: str = ""

    def __str__(self) -> str:
        more = f"\n{self.detail}" if self.detail else ""
        return f"{self.status} {self.message} [{self.rule}]{more}"


T = TypeVar("T")
Entry = TypeVar("Entry", RecordedRequest, RejectedUpload)


class Entries(list[T], Generic[T]):
    """A copy of a record, oldest first. `dropped` counts older entries that are not stored any more.

    >>> entries = Entries(["c", "d"], dropped=2)
    >>> entries.total, entries.after(3)
    (4, ['d'])
    """

    def __init__(self, entries: Iterable[T] = (), *, dropped: int = 0) -> None:
        super().__init__(entries)
        self.dropped = dropped

    @property
    def total(self) -> int:
        """The number of entries so far, including the dropped ones."""
        return self.dropped + len(self)

    def after(self, total: int) -> list[T]:
        """Return the stored entries that were added after the first `total` ones."""
        return self[max(0, total - self.dropped) :]


class Record:
    """Requests and rejections, oldest first. The lists are copies.

    `listeners` are called with each request when it is complete.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: _Bounded[RecordedRequest] = _Bounded()
        self._rejections: _Bounded[RejectedUpload] = _Bounded()
        self.listeners: list[Callable[[RecordedRequest], object]] = []

    def add(self, request: RecordedRequest, rejection: RejectedUpload | None = None) -> None:
        """Store one request, and the rejection if it was one; texts that are too long are truncated."""
        request = truncated(request)
        with self._lock:
            self._requests.add(request)
            if rejection is not None:
                self._rejections.add(_with(rejection, _shortened(rejection)))
        for listener in self.listeners:
            listener(request)

    @property
    def requests(self) -> Entries[RecordedRequest]:
        """The requests so far; `dropped` is the number of older ones that are not stored."""
        with self._lock:
            return self._requests.copy()

    @property
    def rejections(self) -> Entries[RejectedUpload]:
        """The rejected uploads so far; `dropped` is the number of older ones that are not stored."""
        with self._lock:
            return self._rejections.copy()


class _Bounded(Generic[Entry]):
    """Entries of which the oldest are dropped when they become too many or too large."""

    def __init__(self) -> None:
        self._entries: deque[tuple[Entry, int]] = deque()
        self._bytes = 0
        self._dropped = 0

    def add(self, entry: Entry) -> None:
        size = _size(entry)
        self._entries.append((entry, size))
        self._bytes += size
        while len(self._entries) > MOST_ENTRIES or (self._bytes > MOST_BYTES and len(self._entries) > 1):
            self._bytes -= self._entries.popleft()[1]
            self._dropped += 1

    def copy(self) -> Entries[Entry]:
        return Entries((entry for entry, _ in self._entries), dropped=self._dropped)


def truncated(request: RecordedRequest) -> RecordedRequest:
    """Return a request with its long texts truncated, and with their names in `truncated`.

    >>> truncated(RecordedRequest("GET", "http", "h", "/" * 40_000, "", "", "direct", 200, "OK")).truncated
    ('path',)
    """
    shortened = _shortened(request)
    form, cut = _form(request.form)
    names = (*shortened, *cut)
    return _with(request, {**shortened, "form": form, "truncated": names}) if names else request


def _with(entry: Entry, changes: dict[str, Any]) -> Entry:
    return replace(entry, **changes)


def _shortened(entry: RecordedRequest | RejectedUpload) -> dict[str, Any]:
    """Return the texts that are too long, truncated, by the names of their attributes."""
    values = entry.__dict__
    return {
        name: value[:LONGEST_TEXT]
        for name, value in values.items()
        if isinstance(value, str) and len(value) > LONGEST_TEXT
    }


def _form(form: tuple[tuple[str, str], ...]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return a form with its long texts truncated, and the names of the truncated fields."""
    stored: list[tuple[str, str]] = []
    cut: dict[str, None] = {}
    left = MOST_FORM_TEXT
    for name, text in form:
        if len(stored) == MOST_FORM_FIELDS or left <= 0:
            return tuple(stored), (*cut, "form")
        pair = name[:LONGEST_NAME], text[: min(LONGEST_TEXT, left)]
        if pair != (name, text):
            cut[pair[0]] = None
        stored.append(pair)
        left -= len(pair[0]) + len(pair[1])
    return (form if not cut else tuple(stored)), tuple(cut)


def _size(entry: RecordedRequest | RejectedUpload) -> int:
    """Return about how many bytes of memory an entry takes."""
    size = sys.getsizeof(entry) + sum(map(sys.getsizeof, entry.__dict__.values()))
    for pair in getattr(entry, "form", ()):
        size += sys.getsizeof(pair) + sum(sys.getsizeof(text) for text in pair)
    return size
