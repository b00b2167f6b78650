"""Kinds of faults of the connection: refused, reset, closed, with half an answer, with a wrong certificate."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from fake_pypi.errors import CloseConnection
from fake_pypi.web.faults.fault_kind import (
    Action,
    FaultKind,
    FaultyRequest,
    Respond,
    Setting,
    close_after,
    closing,
    read_body,
    streamed,
    whole,
)
from fake_pypi.web.faults.grammar import count, one_of, parameter, text
from fake_pypi.web.responses import AnyResponse, Response


@dataclass(frozen=True)
class Reset(FaultKind):
    """The connection is reset `at` a time: before the body of the request is read, during it, or after it.

    Nothing is judged or stored, and the client receives no response. Before and during, the bytes that were not read
    are lost, as when a server crashes.
    """

    at: str = parameter(one_of("before", "during", "after"), "before")

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""
        return self._act

    def _act(self, request: FaultyRequest, _respond: Respond) -> AnyResponse:
        if self.at != "before":
            length = int(request.environ.get("CONTENT_LENGTH") or 0)
            read_body(request, length // 2 if self.at == "during" else None)
        raise CloseConnection(reset=True)


@dataclass(frozen=True)
class Close(FaultKind):
    """The request is read, and the connection is closed in order, without a response. Nothing is judged or stored."""

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""
        return self._act

    def _act(self, request: FaultyRequest, _respond: Respond) -> AnyResponse:
        read_body(request)
        raise CloseConnection


@dataclass(frozen=True)
class LostAnswer(FaultKind):
    """The request is processed in full (an upload is stored), and the connection is closed without the response."""

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""
        return self._act

    def _act(self, _request: FaultyRequest, respond: Respond) -> AnyResponse:
        response = respond()
        if not isinstance(response, Response):
            getattr(response.body, "close", lambda: None)()
        raise CloseConnection


@dataclass(frozen=True)
class HalfAnswer(FaultKind):
    """The request is processed, and the connection is closed after half of the response's body.

    Content-Length is that of the whole body. A response without a body is not sent at all.
    """

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""
        return self._act

    def _act(self, _request: FaultyRequest, respond: Respond) -> AnyResponse:
        response = whole(respond())
        if not response.body:
            raise CloseConnection
        half = response.body[: len(response.body) // 2]
        return streamed(response, close_after([half] if half else []), length=len(response.body))


@dataclass(frozen=True)
class WrongLength(FaultKind):
    """Content-Length is larger than the body, by `bytes` bytes, and the connection is closed after the body."""

    bytes: int = parameter(count, 1)

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`."""
        return self._act

    def _act(self, _request: FaultyRequest, respond: Respond) -> AnyResponse:
        response = whole(respond())
        return streamed(response, close_after(closing([response.body])), length=len(response.body) + self.bytes)


@dataclass(frozen=True)
class BeforeRequests(FaultKind):
    """A kind that acts on connections, before a request is read.

    `host` is a glob for the host name that the client wants.
    """

    host: str | None = parameter(text)

    def start(self, _setting: Setting) -> Action:
        """See `FaultKind`. Such a kind never sees a request."""
        return lambda _request, respond: respond()

    def concerns_host(self, host: str) -> bool:
        """Return whether the kind acts on connections to a host."""
        return self.host is None or fnmatchcase(host, self.host)

    @property
    def effect(self) -> str:
        """What the serving layer does."""
        return self.step


@dataclass(frozen=True)
class Refuse(BeforeRequests):
    """The connection is refused.

    At the address of the index it is accepted by the system and reset before a byte is read. At the real host names the
    proxy answers CONNECT with 502, as proxies do whose target refuses. A real refusal (ECONNREFUSED) needs a port on
    which nothing listens.
    """

    step: ClassVar[str] = "connection"


@dataclass(frozen=True)
class NoConnect(BeforeRequests):
    """The proxy rejects CONNECT to the real host names with 403, as a company's proxy does. Only the proxy has it."""

    step: ClassVar[str] = "tunnel"


@dataclass(frozen=True)
class Tls(BeforeRequests):
    """The `certificate` of the real host names is expired, for wrong-host, or signed by an unknown-authority.

    `tls expired` is short for `tls certificate=expired`. Plain HTTP has no certificate, so it is not affected.
    """

    step: ClassVar[str] = "handshake"
    certificate: str = parameter(one_of("expired", "wrong-host", "unknown-authority"), "expired", positional=True)

    @property
    def effect(self) -> str:
        """The flaw of the certificate."""
        return self.certificate
