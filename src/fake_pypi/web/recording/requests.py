"""The requests of an index: find them, wait for them, assert them, and export them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.web.recording import mismatch
from fake_pypi.web.recording.bounded_entries import Entries
from fake_pypi.web.recording.conditions import RequestConditions, checked, meets
from fake_pypi.web.recording.recorded_request import RecordedRequest

if TYPE_CHECKING:
    from typing_extensions import Unpack

WAIT_SECONDS = 10.0
"""Seconds that `wait_for` waits unless it is given a timeout."""


class RecordedRequests(Entries[RecordedRequest]):
    """The requests of one index, oldest first; a view that shows later requests too.

    >>> pypi.requests[-1].rule                                           # doctest: +SKIP
    'file-exists'
    >>> pypi.requests.wait_for(method="POST", path="/legacy/")           # doctest: +SKIP
    <POST https://upload.pypi.org/legacy/ -> 200 OK | twine/6.2.0 tls>
    >>> pypi.requests.assert_not_received(client="pip", status=404)      # doctest: +SKIP

    The conditions are those of `RequestConditions`.
    """

    def matching(self, **conditions: Unpack[RequestConditions]) -> list[RecordedRequest]:
        """Return the stored requests that meet the conditions. Raises `UsageError` for an unknown condition."""
        wanted = checked(conditions)
        return [request for request in self if meets(request, wanted)]

    def wait_for(
        self, *, timeout: float = WAIT_SECONDS, after: int = 0, number: int = 1, **conditions: Unpack[RequestConditions]
    ) -> RecordedRequest:
        """Return the first request that meets the conditions; wait up to `timeout` seconds until it is received.

        With `number`, the second, third, … such request. `after` is a value of `total`: requests up to that one do not
        count; by default all that are stored count. Raises `UnexpectedRequests`, an `AssertionError`.
        """
        wanted = checked(conditions)
        deadline = time.monotonic() + timeout
        found: list[RecordedRequest] = []
        compared = after
        with self._changed:
            while True:
                found += [request for request in self._after(compared) if meets(request, wanted)]
                if len(found) >= number:
                    return found[number - 1]
                compared = max(after, self.dropped + len(self._entries))
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
        later = self.after(after)
        what = "no request" if number == 1 else f"only {len(found)} of {number} requests"
        raise mismatch.missing(f"The index received {what} within {timeout:g} s", wanted, later)

    def assert_received(self, times: int | None = None, **conditions: Unpack[RequestConditions]) -> RecordedRequest:
        """Return the newest request that meets the conditions, and check with `times` that there are that many.

        Raises `UnexpectedRequests`, an `AssertionError` that shows what the index received instead.
        """
        wanted = checked(conditions)
        received = self.matching(**conditions)
        if not received:
            raise mismatch.missing("The index received no request", wanted, list(self))
        if times is not None and len(received) != times:
            summary = f"The index received {len(received)} requests{mismatch.matching(wanted)}, not {times}:"
            raise mismatch.unwanted(summary, received)
        return received[-1]

    def assert_not_received(self, **conditions: Unpack[RequestConditions]) -> None:
        """Check that no request meets the conditions. Raises `UnexpectedRequests` that shows those which do."""
        received = self.matching(**conditions)
        if received:
            summary = f"The index received {len(received)} requests{mismatch.matching(checked(conditions))}:"
            raise mismatch.unwanted(summary, received)

    def write_json_lines(self, file: str | Path) -> None:
        """Write the stored requests to a file, one JSON object per line, without secrets."""
        from fake_pypi.web.recording.json_lines import json_line

        Path(file).write_text("".join(json_line(request) for request in self), encoding="utf-8")

    def write_har(self, file: str | Path) -> None:
        """Write the stored requests to a file as an HTTP archive (HAR 1.2), without secrets.

        The developer tools of browsers, Playwright and many other tools read such files.
        """
        from fake_pypi.web.recording.http_archive import write_archive

        write_archive(Path(file), self)
