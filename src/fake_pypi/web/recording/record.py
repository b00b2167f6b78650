"""The record of one index: requests with the bodies of the newest responses, and rejections."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from fake_pypi.web.recording.bounded_entries import Entries, truncated, truncated_rejection
from fake_pypi.web.recording.recorded_request import RecordedRequest, RecordedResponse, RejectedUpload
from fake_pypi.web.recording.requests import RecordedRequests

LONGEST_BODY = 16 << 10
"""The number of bytes of a response's body that are stored."""
MOST_BODY_BYTES = 4 << 20
"""Bytes of all stored bodies together; those of the oldest responses are dropped first."""


class Record:
    """Requests and rejections, oldest first.

    `listeners` are called with each request when its response is known, before it is sent.
    """

    def __init__(self) -> None:
        self.requests = RecordedRequests()
        self.rejections: Entries[RejectedUpload] = Entries()
        self.listeners: list[Callable[[RecordedRequest], object]] = []
        self._bodies = _Bodies()

    def add(self, request: RecordedRequest, rejection: RejectedUpload | None = None) -> None:
        """Store one request, and the rejection if it was one; texts that are too long are truncated."""
        request = truncated(request)
        if rejection is not None:
            self.rejections.add(truncated_rejection(rejection))
        self._bodies.add(request.response)
        self.requests.add(request)
        for listener in self.listeners:
            listener(request)

    def clear(self) -> None:
        """Forget every request and rejection; `total` and `dropped` begin at 0 again."""
        self.requests.clear()
        self.rejections.clear()
        self._bodies = _Bodies()


class _Bodies:
    """The responses whose bodies are stored; the bodies of the oldest are dropped when they become too large."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._responses: deque[tuple[RecordedResponse, int]] = deque()
        self._bytes = 0

    def add(self, response: RecordedResponse) -> None:
        size = response.stored_bytes
        if not size:
            return
        with self._lock:
            self._responses.append((response, size))
            self._bytes += size
            while self._bytes > MOST_BODY_BYTES:
                oldest, dropped = self._responses.popleft()
                oldest.forget_body()
                self._bytes -= dropped
