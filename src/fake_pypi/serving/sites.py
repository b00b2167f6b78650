"""The two sides of a proxy: its own port, where a host is asked for, and TLS, where we are that host."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from fake_pypi.loopback import is_loopback, loopback_addresses
from fake_pypi.serving.conversation import Answering, HandingOver, converse
from fake_pypi.serving.environ import Place
from fake_pypi.serving.host_router import HostRouter
from fake_pypi.serving.listener import peer_of
from fake_pypi.serving.request import NO_HOST, Fault, HostPort, Request
from fake_pypi.serving.tunnel import forward, tunnel
from fake_pypi.serving.wire import Wire

OUTSIDE_THE_NETWORK = "is a port outside of the strict network; ask a server inside without the proxy (NO_PROXY)"


class Outside:
    """The proxy's own port: CONNECT, whole URLs, and plain requests with a Host field.

    Requests for loopback are passed on: to any port, or only to those in `reachable`, as (address, port).
    """

    def __init__(
        self, board: HostRouter, wire: Wire, own_port: int, reachable: Container[tuple[str, int]] | None = None
    ) -> None:
        self._board = board
        self._own_port = own_port
        self._reachable = reachable
        self._client = peer_of(wire)
        self.record = board.record

    def route(self, request: Request) -> Answering | HandingOver:
        """Where a request goes, by the form of its target (RFC 9112, 3.2)."""
        if request.method == "CONNECT":
            return self._connect(request)
        if (absolute := request.absolute()) is not None:
            return self._whole_url(request, *absolute)
        if request.target[:1] not in ("/", "*"):
            raise Fault(400, "the request target is neither a path nor a URL")
        return self._by_host(request, request.fields.get("host", ""))

    def _connect(self, request: Request) -> Answering | HandingOver:
        target = HostPort.parse(request.target, default_port=0)
        if target is None or not target.port:
            raise Fault(400, "CONNECT needs HOST:PORT")
        if target.port == 443 and target.host in self._board.hosts:
            return HandingOver(partial(self._intercept, host=target.host))
        if addresses := self._addresses(target):
            return HandingOver(partial(tunnel, target=target, addresses=addresses))
        return self._reject(target, "CONNECT", request)

    def _intercept(self, wire: Wire, host: str) -> None:
        if wire.has_read_ahead:
            raise Fault(400, "bytes came before the tunnel was open: wait for the answer to CONNECT")
        wire.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._board.start_tls(wire, tunnelled_to=host)
        converse(wire, Inside(self._board, wire, host, via="proxy"))

    def _whole_url(self, request: Request, scheme: str, authority: str, path: str) -> Answering | HandingOver:
        target = HostPort.parse(authority, default_port=80)
        if target is None or scheme != "http":
            raise Fault(400, "a proxy is asked for http:// URLs; use CONNECT for https://")
        if target.port == 80 and (app := self._board.hosts.get(target.host)) is not None:
            return Answering(app, self._place(target, "proxy"))
        if target.port == self._own_port and is_loopback(target.host):  # else we would ask ourselves, for ever
            return self._by_host(request, authority)
        if addresses := self._addresses(target):
            passed_on = partial(
                forward, request=request, target=target, addresses=addresses, host_field=authority, path=path
            )
            return HandingOver(passed_on)
        return self._reject(target, "http", request)

    def _by_host(self, request: Request, said: str) -> Answering:
        target = HostPort.parse(said, default_port=80)
        if target is None:
            raise Fault(400, NO_HOST)
        app = self._board.application(said, target, request)
        return Answering(app, self._place(target, "direct"))

    def _addresses(self, target: HostPort) -> tuple[str, ...]:
        """Return where a request for loopback may be passed on to; nothing for another host or port."""
        addresses = loopback_addresses(target.host)
        if self._reachable is None:
            return addresses
        return tuple(address for address in addresses if (address, target.port) in self._reachable)

    def _reject(self, target: HostPort, how: str, request: Request) -> Answering:
        why = OUTSIDE_THE_NETWORK if is_loopback(target.host) else None
        return Answering(self._board.reject(target, how, request, why=why), self._place(target, "proxy"))

    def _place(self, target: HostPort, via: str) -> Place:
        return Place("http", via, target.host, target.port, self._client)


class Inside:
    """Inside TLS: the host is known from the tunnel or the greeting, and the Host field must agree."""

    def __init__(self, board: HostRouter, wire: Wire, host: str | None, *, via: str) -> None:
        self._board = board
        self._host = host
        self._via = via
        self._client = peer_of(wire)
        self.record = board.record

    def route(self, request: Request) -> Answering:
        """The application of the host that was asked; 421 when the connection was opened to another."""
        absolute = request.absolute()
        said = absolute[1] if absolute else request.fields.get("host", self._host or "")
        target = HostPort.parse(said, default_port=443)
        if target is None or request.method == "CONNECT":
            raise Fault(400, NO_HOST)
        if self._host not in (None, target.host):
            raise Fault(421, f"this connection was opened to {self._host}, not to {target.host}")
        app = self._board.application(said, target, request)
        return Answering(app, Place("https", self._via, target.host, target.port, self._client))
