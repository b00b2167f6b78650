"""What a kind of fault is: a frozen dataclass of parameters that returns what acts on requests."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from fake_pypi.errors import CloseConnection
from fake_pypi.web.faults.grammar import Conditions
from fake_pypi.web.propagation import Delay
from fake_pypi.web.responses import AnyResponse, Header, Response, StreamedResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fake_pypi.index import Index

BLOCK = 1 << 16  # bytes that are read at once

Respond = Callable[[], AnyResponse]
"""The rest of the application, for one request."""


class FaultyRequest(Protocol):
    """What faults read of a request, and what they add to it."""

    environ: WSGIEnvironment
    delays: tuple[Delay, ...]
    faults: tuple[str, ...]
    notice: str

    @property
    def method(self) -> str:
        """The method, as "GET"."""

    @property
    def path(self) -> str:
        """The path, decoded."""

    @property
    def url(self) -> str:
        """The whole address, as the client wrote it."""

    @property
    def kind_of_page(self) -> str:
        """What the page is for a fault: "list", "simple", "json", "files", or "" for any other page."""

    @property
    def accept(self) -> str | None:
        """The Accept header, or None."""

    @property
    def project_name(self) -> str:
        """The normalized name of the project that it is for, or ""."""

    @property
    def requested_filename(self) -> str:
        """The name of the file that it is for, or ""."""

    def wait(self, seconds: float | None, over: threading.Event) -> None:
        """Wait for `seconds` (None: without a limit), or until `over`.

        Raises `CloseConnection` when the client has ended the connection.
        """


Action = Callable[[FaultyRequest, Respond], AnyResponse]
"""Acts on one request. It is given the rest of the application, which it may call before, after, or not at all."""


@dataclass(frozen=True)
class Setting:
    """What a fault is started with: the index, the conditions, and the event of its end."""

    index: Index
    when: Conditions
    over: threading.Event


@dataclass(frozen=True)
class FaultKind(ABC):
    """The parameters of one kind of fault, as `grammar.parameter` fields of a frozen dataclass.

    The docstring of a class is its description in the reference.
    """

    selects: ClassVar[tuple[str, ...]] = ()
    """The conditions with which the kind selects something itself, so that they are not compared with the request."""
    step: ClassVar[str] = "request"
    """What it acts on: a request, or a "connection", a "tunnel" or a "handshake" before the first request."""

    def concerns(self, _request: FaultyRequest) -> bool:
        """Return whether the kind can act on such a request at all."""
        return True

    @abstractmethod
    def start(self, setting: Setting) -> Action:
        """Return what acts on the requests that meet the conditions; called once, when the fault is added."""


class Answer(FaultKind):
    """A kind that responds in place of the index: nothing is judged or stored."""

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""
        return lambda request, _respond: self.response(request)

    @abstractmethod
    def response(self, request: FaultyRequest) -> Response:
        """Return the response."""


class ContentChange(FaultKind):
    """A kind that changes the body of a response, read as a whole. It acts on GET alone."""

    def concerns(self, request: FaultyRequest) -> bool:
        """See `FaultKind`."""
        return request.method == "GET"

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""

        def act(request: FaultyRequest, respond: Respond) -> AnyResponse:
            for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_RANGE"):
                request.environ.pop(name, None)  # the whole body is needed, as it is
            response = whole(respond())
            return response if response.status >= 300 else self.changed(request, response)

        return act

    @abstractmethod
    def changed(self, request: FaultyRequest, response: Response) -> Response:
        """Return a response with another body."""


def whole(response: AnyResponse) -> Response:
    """Return a response with its body in memory, without Content-Length."""
    if isinstance(response, Response):
        return response
    status, _, reason = response.status_line.partition(" ")
    headers = tuple(pair for pair in response.headers if pair[0] != "Content-Length")
    return Response(int(status), reason, headers, b"".join(closing(response.body)))


def closing(body: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the blocks of a body, and close it."""
    try:
        yield from body
    finally:
        if (close := getattr(body, "close", None)) is not None:
            close()


def streamed(response: Response, body: Iterable[bytes], *, length: int) -> StreamedResponse:
    """Return a response whose body comes in blocks, with a Content-Length that may be wrong."""
    headers = (*response.headers, ("Content-Length", str(length)))
    return StreamedResponse(response.status_line, headers, body)


def with_body(response: Response, body: bytes, *headers: Header) -> Response:
    """Return a response with another body, without the entity tag of the former one."""
    kept = tuple(pair for pair in response.headers if pair[0] != "ETag")
    return replace(response, headers=(*kept, *headers), body=body)


def read_body(request: FaultyRequest, count: int | None = None) -> None:
    """Read and discard some bytes of the request's body; None: all of them."""
    left = int(request.environ.get("CONTENT_LENGTH") or 0) if count is None else count
    if count is None and "HTTP_TRANSFER_ENCODING" in request.environ:
        left = 1 << 62
    while left > 0 and (block := request.environ["wsgi.input"].read(min(left, BLOCK))):
        left -= len(block)


def close_after(body: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the blocks of a body, then close the connection, whatever the Content-Length is."""
    yield from body
    raise CloseConnection
