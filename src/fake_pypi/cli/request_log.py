"""What `fake-pypi serve` writes about requests: a log on standard error, as text or JSON lines, and a file."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fake_pypi.errors import StorageError, UsageError

if TYPE_CHECKING:
    from fake_pypi.web.recording.recorded_request import RecordedRequest

FORMATS = ("text", "json")
LOGGED = (
    "index",
    "method",
    "url",
    "status",
    "reason",
    "seconds",
    "client",
    "client_version",
    "sender",
    "project",
    "filename",
    "rule",
    "fault",
    "via",
)
"""The attributes of a request that a JSON line of the log has."""


def add_log_options(parser: argparse.ArgumentParser) -> None:
    """Add `--log-format` and `--record`."""
    parser.add_argument(
        "--log-format",
        choices=FORMATS,
        default="text",
        help="the format of the lines on standard error (default: text)",
    )
    parser.add_argument(
        "--record",
        metavar="FILE",
        type=Path,
        help="append each request to this file, as a line of JSON without secrets",
    )


class ServerLog:
    """Lines on standard error about requests and problems. A closed standard error is no error.

    >>> ServerLog("json").message("ready")                  # doctest: +SKIP
    {"time": "2026-11-21T22:30:00.000000+00:00", "level": "warning", "message": "ready"}
    """

    def __init__(self, log_format: str = "text") -> None:
        self._is_json = log_format == "json"

    def message(self, text: str, level: str = "warning") -> None:
        """Write a message, of one or several lines; in JSON it is one line."""
        self._write(self._as_json(level, message=text) if self._is_json else text)

    def request(self, request: RecordedRequest) -> None:
        """Write a line about a request."""
        if not self._is_json:
            self._write(str(request))
            return
        from fake_pypi.redaction import redact

        facts = {name: getattr(request, name) for name in LOGGED}
        facts["seconds"] = round(request.seconds, 6)
        level = "error" if request.status >= 500 or not request.status else "info"
        self._write(redact(self._as_json(level, time=request.time, **facts)))

    def _as_json(self, level: str, time: datetime | None = None, **facts: object) -> str:
        moment = time or datetime.now(timezone.utc)
        return json.dumps({"time": moment.isoformat(), "level": level, **facts}, ensure_ascii=False)

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr, flush=True)


class RequestFile:
    """A file to which each request is appended as a line of JSON.

    Every line is written at once, so `tail -f` follows it, and logrotate may truncate it (`copytruncate`). If
    the file cannot be written any more, that is logged once, and nothing else is written to it.
    """

    def __init__(self, file: TextIO, log: ServerLog) -> None:
        self._file = file
        self._log = log
        self._lock = threading.Lock()
        self._failed = False

    def add(self, request: RecordedRequest) -> None:
        """Append a request."""
        from fake_pypi.web.recording.json_lines import json_line

        line = json_line(request)
        with self._lock:
            if self._failed or self._file.closed:
                return
            try:
                self._file.write(line)
                self._file.flush()
            except OSError as error:
                self._failed = True
                self._log.message(
                    f"fake-pypi: no more requests are recorded: {StorageError.of_file(error, self._file.name)}"
                )


@contextlib.contextmanager
def request_file(path: Path, log: ServerLog) -> Iterator[RequestFile]:
    """Open the file of `--record`. Raises `UsageError` if it cannot be opened."""
    try:
        file = path.open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"--record {path} cannot be written: {error.strerror}", "name another file") from None
    try:
        yield RequestFile(file, log)
    finally:
        with contextlib.suppress(OSError):  # of the last line, which was reported
            file.close()
