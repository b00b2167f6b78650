"""Kinds of faults of the content: pages of an earlier state, and bodies, digests and addresses that are wrong."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from fake_pypi.web.faults.fault_kind import (
    Action,
    Answer,
    ContentChange,
    FaultKind,
    FaultyRequest,
    Respond,
    Setting,
    whole,
    with_body,
)
from fake_pypi.web.faults.grammar import count, number, parameter, some_of, switch
from fake_pypi.web.propagation import PAGES, Delay
from fake_pypi.web.responses import AnyResponse, Response, redirect, text_response

ANCHOR_DIGEST = re.compile(rb"([^/\"]+)#sha256=([0-9a-f]{64})")
PAGES_WITH_DIGESTS = ("simple", "json")


@dataclass(frozen=True)
class Stale(FaultKind):
    """Pages and files are as they were before the changes of the last seconds.

    A change is an upload, a yank, a deletion or another status that comes after the fault was added. It is hidden for
    `seconds` of the index's clock, and from the first `requests` for its project; with both, until both have passed.
    With `alternating`, every second request sees the present state, as with two caches of which one is up to date.
    The condition `project` selects whose changes are hidden. `pages` are one or several of `list` (`/simple/`),
    `simple-html`, `simple-json`, `simple` (these three), `json`, `files` and `all`, with commas between them.
    """

    selects: ClassVar[tuple[str, ...]] = ("project",)
    seconds: float = parameter(number, 0.0)
    requests: float = parameter(number, 0)
    alternating: bool = parameter(switch, default=False)
    pages: tuple[str, ...] = parameter(some_of(*PAGES), ("all",))

    def start(self, setting: Setting) -> Action:
        """See `FaultKind`."""
        delay = Delay(
            setting.index,
            pages=self.pages,
            project=setting.when.project,
            seconds=self.seconds,
            requests=self.requests,
            alternating=self.alternating,
        )

        def show(request: FaultyRequest, respond: Respond) -> AnyResponse:
            request.delays += (delay,)
            return respond()

        return show


@dataclass(frozen=True)
class Truncate(ContentChange):
    """The body of a response to GET ends after `bytes` bytes (half of it, if left out), and Content-Length agrees."""

    bytes: int | None = parameter(count)

    def changed(self, _request: FaultyRequest, response: Response) -> Response:
        """See `ContentChange`."""
        return with_body(response, response.body[: len(response.body) // 2 if self.bytes is None else self.bytes])


@dataclass(frozen=True)
class Corrupt(ContentChange):
    """One bit of one byte in the middle of the body of a response to GET is flipped."""

    def changed(self, _request: FaultyRequest, response: Response) -> Response:
        """See `ContentChange`."""
        body = bytearray(response.body)
        if body:
            body[len(body) // 2] ^= 1
        return with_body(response, bytes(body))


@dataclass(frozen=True)
class UnfinishedGzip(ContentChange):
    """The body of a response to GET is compressed with gzip, and its compressed data end before their end mark."""

    def concerns(self, request: FaultyRequest) -> bool:
        """See `FaultKind`."""
        return request.method == "GET" and "gzip" in str(request.environ.get("HTTP_ACCEPT_ENCODING", ""))

    def changed(self, _request: FaultyRequest, response: Response) -> Response:
        """See `ContentChange`."""
        gzip = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
        body = gzip.compress(response.body) + gzip.flush(zlib.Z_SYNC_FLUSH)
        return with_body(response, body, ("Content-Encoding", "gzip"))


@dataclass(frozen=True)
class WrongDigest(FaultKind):
    """The SHA-256 digests of files are wrong on the simple pages and in the JSON of a project.

    The condition `filename` selects the files whose digest is wrong.
    """

    selects: ClassVar[tuple[str, ...]] = ("filename",)

    def concerns(self, request: FaultyRequest) -> bool:
        """See `FaultKind`."""
        return request.method == "GET" and request.kind_of_page in PAGES_WITH_DIGESTS

    def start(self, setting: Setting) -> Action:
        """See `FaultKind`."""
        glob = setting.when.filename or "*"

        def act(request: FaultyRequest, respond: Respond) -> AnyResponse:
            for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"):
                request.environ.pop(name, None)
            page = whole(respond())
            if page.status != 200:
                return page
            is_json = "json" in (page.header("Content-Type") or "")
            return with_body(page, (_in_json if is_json else _in_html)(page.body, lambda name: fnmatchcase(name, glob)))

        return act


def _in_html(body: bytes, selected: Callable[[str], bool]) -> bytes:
    def replaced(match: re.Match[bytes]) -> bytes:
        filename, digest = match[1].decode(), match[2].decode()
        return f"{filename}#sha256={wrong(digest) if selected(filename) else digest}".encode()

    return ANCHOR_DIGEST.sub(replaced, body)


def _in_json(body: bytes, selected: Callable[[str], bool]) -> bytes:
    value = json.loads(body)
    releases = value.get("releases", {}).values() if isinstance(value, dict) else ()
    files: list[dict[str, Any]] = [*value.get("files", ()), *value.get("urls", ())]
    for file in [*files, *(file for release in releases for file in release)]:
        digests = file.get("hashes") or file.get("digests") or {}
        if "sha256" in digests and selected(str(file["filename"])):
            digests["sha256"] = wrong(digests["sha256"])
    return json.dumps(value).encode()


def wrong(digest: str) -> str:
    """Return another digest: the first digit is another one.

    >>> wrong("0abc"), wrong("1abc")
    ('1abc', '0abc')
    """
    return ("1" if digest.startswith("0") else "0") + digest[1:]


@dataclass(frozen=True)
class MetadataNotFound(Answer):
    """The `.metadata` of a wheel is 404, though the simple page announces it."""

    def concerns(self, request: FaultyRequest) -> bool:
        """See `FaultKind`."""
        return request.path.startswith("/packages/") and request.path.endswith(".metadata")

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        return text_response(404, "404 Not Found")


@dataclass(frozen=True)
class RedirectLoop(Answer):
    """The response is a redirect to the same address: 301 for GET and HEAD, else 308, which keeps method and body."""

    def response(self, request: FaultyRequest) -> Response:
        """See `Answer`."""
        status = 301 if request.method in ("GET", "HEAD") else 308
        return redirect(status, request.url, request.accept, origin=request.url)
