"""What is stored of one request: the request, its files, its response, and what the index made of it."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized
from fake_pypi.packages.wheelhouse_packages import parse_filename
from fake_pypi.redaction import redact
from fake_pypi.web.recording.headers import FormFields, Headers
from fake_pypi.web.recording.user_agent import client_of

GZIP = 31
"""The number of zlib for a gzip stream."""
MOST_DECOMPRESSED = 1 << 20
"""Bytes of a decompressed body that are shown."""
_PROJECT_PAGE = re.compile(r"/(?:simple|pypi|project|manage/project|integrity|rss/project)/([^/]+)/")


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A file that was uploaded. `size` is bytes, digests are hexadecimal; `field` is its name in the form.

    `path`, `open` and `read_bytes` lead to the bytes of an accepted file while the index has it, and of a rejected one
    while it is among the last that are stored. They raise `UsageError` afterwards.
    """

    field: str
    filename: str
    content_type: str
    size: int
    md5: str
    sha256: str
    blake2_256: str
    locations: tuple[Path, ...] = ()

    @property
    def path(self) -> Path:
        """The file with the bytes. Copy it to change it: an accepted one is the index's own."""
        for location in self.locations:
            if location.is_file():
                return location
        what = f"the bytes of {self.filename} are not stored any more"
        raise UsageError(what, "read them before the file is deleted; rejected files are not stored with `--data`")

    def open(self) -> BinaryIO:
        """Open the bytes for reading."""
        return self.path.open("rb")

    def read_bytes(self) -> bytes:
        """Return the bytes."""
        return self.path.read_bytes()


class RecordedResponse:
    """The response to a request: status, reason, header fields, and the begin of the body.

    `size` is the number of bytes of the body as it was sent, perhaps compressed; None if that is not known. The body is
    not stored of a file, of a page for one person, and of a request that is not among the newest.
    """

    __slots__ = ("_body", "headers", "reason", "size", "status")

    def __init__(self, status: int, reason: str, headers: Headers, body: bytes = b"", size: int | None = None) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.size = size
        self._body = body

    @property
    def body(self) -> bytes:
        """The stored begin of the body, decompressed, without secrets."""
        return redact(self._decompressed().decode("latin-1")).encode("latin-1")

    @property
    def text(self) -> str:
        """The stored begin of the body, decompressed, as text without secrets."""
        return redact(self._decompressed().decode("utf-8", "replace"))

    def _decompressed(self) -> bytes:
        if self.headers.get("content-encoding") != "gzip" or not self._body:
            return self._body
        try:
            return zlib.decompressobj(GZIP).decompress(self._body, MOST_DECOMPRESSED)
        except zlib.error:  # a fault may have changed it
            return self._body

    @property
    def is_complete(self) -> bool:
        """Whether all of the body is stored."""
        return self.size == len(self._body)

    def json(self) -> Any:
        """Return the body, read as JSON. Raises `ValueError` if it is not JSON, or not complete."""
        return json.loads(self.text)

    @property
    def stored_bytes(self) -> int:
        """The number of bytes of the body that are stored."""
        return len(self._body)

    def forget_body(self) -> None:
        """Drop the stored body."""
        self._body = b""

    def __repr__(self) -> str:
        return f"<{self.status} {self.reason}, {'unknown' if self.size is None else self.size} bytes>"


NO_RESPONSE = RecordedResponse(0, "", Headers())


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class RecordedRequest:
    """One request and its response.

    `sender` is a user name or a publisher, never a secret; `form` has the text fields of an upload and `files` its
    files; `via` is "direct", "proxy" or "tls"; `fault` the faults that acted on the request; `seconds` is how long the
    response took, and `timestamp` when the request arrived, in seconds since 1970. `stored` tells whether the request
    added a file to the index, which it may have done although the client received no response. `rule` is the id of
    the rule that rejected it. `index` is the name of the site. `truncated` names the attributes and the form fields
    that were truncated, and "form" if fields were left out.
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
    form: FormFields = field(default_factory=FormFields)
    fault: str = ""
    seconds: float = 0.0
    truncated: tuple[str, ...] = ()
    timestamp: float = 0.0
    index: str = ""
    headers: Headers = field(default_factory=Headers)
    files: tuple[RecordedFile, ...] = ()
    response: RecordedResponse = NO_RESPONSE
    stored: bool = False

    @property
    def url(self) -> str:
        """The address that was requested; the tokens of PyPI's e-mail links in it are redacted."""
        return f"{self.scheme}://{self.host}{self.path}{'?' if self.query else ''}{self.query}"

    @property
    def time(self) -> datetime:
        """When the request arrived, in UTC: the time of this machine, not of the index's clock."""
        return datetime.fromtimestamp(self.timestamp, timezone.utc)

    @property
    def client(self) -> str:
        """The name of the program that sent it, from its User-Agent: "twine", "pip", "uv"; "" if there was none."""
        return client_of(self.user_agent)[0]

    @property
    def client_version(self) -> str:
        """The version of that program, or ""."""
        return client_of(self.user_agent)[1]

    @property
    def is_upload(self) -> bool:
        """Whether the request was meant to upload a file."""
        return bool(self.files) or self.form.get(":action") == "file_upload"

    @property
    def accepted(self) -> bool:
        """Whether it uploaded a file that the index has now: stored by it, or stored before with the same bytes."""
        return self.stored or (self.is_upload and self.status in {200, 201})

    @property
    def project(self) -> str:
        """The normalized name of the project that it was about, or ""."""
        if name := self.form.get("name"):
            return normalized(name)
        if parsed := parse_filename(self.requested_filename.removesuffix(".metadata")):
            return parsed[0]
        page = _PROJECT_PAGE.match(self.path)
        return normalized(unquote(page[1])) if page else ""

    @property
    def version(self) -> str:
        """The version in the form, or else in the file name; "" without one."""
        parsed = parse_filename(self.requested_filename.removesuffix(".metadata"))
        return self.form.get("version") or (parsed[1] if parsed else "")

    @property
    def requested_filename(self) -> str:
        """The name of the uploaded or downloaded file, or ""."""
        if self.filename:
            return self.filename
        if self.files:
            return self.files[0].filename
        return unquote(self.path.rpartition("/")[2]) if self.path.startswith("/packages/") else ""

    def __str__(self) -> str:
        return redact(f"{self.method} {self.scheme}://{self.host}{self.path} -> {self.status} {self.reason}")

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
