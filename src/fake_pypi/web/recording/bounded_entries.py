"""Entries of a record, oldest first, bounded by count and by bytes."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar, overload

from fake_pypi.web.recording.headers import FormFields
from fake_pypi.web.recording.recorded_request import RecordedRequest, RejectedUpload

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
TEXTS = ("path", "query", "user_agent", "reason", "sender", "filename")
"""The attributes of a request whose length the client decides."""
BYTES_OF_A_REQUEST = 1_000
"""About what the objects of one request take, without its texts."""

Entry = TypeVar("Entry", RecordedRequest, RejectedUpload)


class Entries(Sequence[Entry], Generic[Entry]):
    """A view of a record, oldest first, that shows later entries too. `dropped` counts older ones not stored any more.

    An iteration, a slice and the lists that methods return do not change any more.

    >>> requests = pypi.requests                    # doctest: +SKIP
    >>> before = requests.total                     # doctest: +SKIP
    >>> requests.after(before)                      # doctest: +SKIP
    []
    """

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._entries: deque[tuple[Entry, int]] = deque()
        self._bytes = 0
        self.dropped = 0

    @property
    def total(self) -> int:
        """The number of entries so far, including the dropped ones."""
        with self._changed:
            return self.dropped + len(self._entries)

    def after(self, total: int) -> list[Entry]:
        """Return the stored entries that were added after the first `total` ones."""
        with self._changed:
            return self._after(total)

    def _after(self, total: int) -> list[Entry]:
        skipped = max(0, total - self.dropped)
        return [entry for position, (entry, _) in enumerate(self._entries) if position >= skipped]

    def add(self, entry: Entry) -> None:
        """Add an entry, drop the oldest ones if there are too many, and wake up those who wait for one."""
        size = _size(entry)
        with self._changed:
            self._entries.append((entry, size))
            self._bytes += size
            while len(self._entries) > MOST_ENTRIES or (self._bytes > MOST_BYTES and len(self._entries) > 1):
                self._bytes -= self._entries.popleft()[1]
                self.dropped += 1
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget every entry; `total` and `dropped` begin at 0 again."""
        with self._changed:
            self._entries.clear()
            self._bytes = self.dropped = 0

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, position: int) -> Entry: ...
    @overload
    def __getitem__(self, position: slice) -> list[Entry]: ...
    def __getitem__(self, position: int | slice) -> Entry | list[Entry]:
        if isinstance(position, slice):
            return list(self)[position]
        with self._changed:
            return self._entries[position][0]

    def __iter__(self) -> Iterator[Entry]:
        with self._changed:
            return iter([entry for entry, _ in self._entries])

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, (list, Entries)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # the content changes, as that of a list

    def __repr__(self) -> str:
        return repr(list(self))


def truncated(request: RecordedRequest) -> RecordedRequest:
    """Return a request with its long texts truncated, and with their names in `truncated`.

    >>> truncated(RecordedRequest("GET", "http", "h", "/" * 40_000, "", "", "direct", 200, "OK")).truncated
    ('path',)
    """
    longest = max(len(request.path), len(request.query), len(request.user_agent), len(request.reason))
    if longest <= LONGEST_TEXT and not request.form.pairs and not request.filename:
        return request
    changes = _shortened(request, TEXTS)
    pairs, names = _form(request.form.pairs)
    names = (*changes, *names)
    return replace(request, **changes, form=FormFields(pairs), truncated=names) if names else request


def truncated_rejection(rejection: RejectedUpload) -> RejectedUpload:
    """Return a rejection with its long texts truncated."""
    return replace(rejection, **_shortened(rejection, ("message", "project", "version", "filename", "detail")))


def _shortened(entry: RecordedRequest | RejectedUpload, names: Iterable[str]) -> dict[str, Any]:
    """Return those of some texts that are too long, truncated, by the names of their attributes."""
    values = [(name, getattr(entry, name)) for name in names]
    return {name: value[:LONGEST_TEXT] for name, value in values if value and len(value) > LONGEST_TEXT}


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
    """Return about how many bytes of memory an entry takes, without the body of the response."""
    if isinstance(entry, RejectedUpload):
        return sum(sys.getsizeof(getattr(entry, field.name)) for field in fields(entry)) + sys.getsizeof(entry)
    size = BYTES_OF_A_REQUEST + entry.headers.bytes + entry.response.headers.bytes
    size += sys.getsizeof(entry.path) + sys.getsizeof(entry.query) + sys.getsizeof(entry.reason)
    size += 1_000 * len(entry.files)
    for pair in entry.form.pairs:
        size += sys.getsizeof(pair) + sum(sys.getsizeof(text) for text in pair)
    return size
