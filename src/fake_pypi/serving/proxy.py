"""The proxy: one port on which our applications respond for chosen host names, and every other host is rejected."""

from __future__ import annotations

import socket as sockets
from collections.abc import Callable, Container, Iterable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from fake_pypi.loopback import is_loopback, loopback_addresses
from fake_pypi.serving.blocked_requests import BlockedRequest
from fake_pypi.serving.buffered_socket import TLS_HELLO, BufferedSocket
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.connection import ApplicationErrors, ConnectionInfo, HandOver, RespondWith, Step, serve_next
from fake_pypi.serving.connection_faults import fault_at, takes_turns
from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.serving.host_router import HostRouter
from fake_pypi.serving.listener import Listener, peer_of
from fake_pypi.serving.request import NO_HOST, HostPort, MalformedRequest, Request
from fake_pypi.serving.tunnel import forward, tunnel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self

DEFAULT_LIMITS = ConnectionLimits()
OUTSIDE_THE_NETWORK = "is a port outside of the strict network; connect to a server inside without the proxy (NO_PROXY)"


class Proxy:
    """An HTTP proxy that responds as the real host for the names in `hosts`, to clients that trust `authority`.

    >>> with Proxy({}, authority=Authority()) as proxy:
    ...     proxy.url.startswith("http://127.0.0.1:")
    True

    It accepts CONNECT, whole `http://` URLs, and TLS from the first byte for clients that ignore proxies (the
    host is the server name in the TLS handshake, else the Host field). Loopback targets are passed through; everything
    else is rejected with 403 and listed in `blocked_requests`. `socket` is a socket that listens already; `host` and
    `port` are ignored then. Raises `PortInUse`.
    """

    def __init__(
        self,
        hosts: Mapping[str, WSGIApplication],
        *,
        authority: Authority,
        host: str = "127.0.0.1",
        port: int = 0,
        socket: sockets.socket | None = None,
        limits: ConnectionLimits = DEFAULT_LIMITS,
    ) -> None:
        self._router = HostRouter(hosts, authority)
        self._limits = limits
        self._listener = Listener(self._serve, host=host, port=port, sock=socket, limits=limits)
        self._more_listeners: list[Listener] = []
        self._listener.start()

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._listener.host

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._listener.port

    @property
    def url(self) -> str:
        """The value for HTTPS_PROXY: `http://127.0.0.1:PORT`."""
        return f"http://{self._listener.authority}"

    @property
    def authority(self) -> Authority:
        """The authority that signs for the hosts."""
        return self._router.authority

    @property
    def hosts(self) -> Mapping[str, WSGIApplication]:
        """The application for each name (`host` or `host:port`, lower case); can be set."""
        return self._router.hosts

    @hosts.setter
    def hosts(self, hosts: Mapping[str, WSGIApplication]) -> None:
        self._router.hosts = hosts

    @property
    def errors(self) -> ApplicationErrors:
        """The errors that applications raised, oldest first; their clients received 500."""
        return self._router.errors

    @property
    def on_error(self) -> Callable[[BaseException], object] | None:
        """Called with each of `errors`, in the thread of its connection; can be set."""
        return self._router.on_error

    @on_error.setter
    def on_error(self, report: Callable[[BaseException], object] | None) -> None:
        self._router.on_error = report

    @property
    def blocked_requests(self) -> list[BlockedRequest]:
        """The requests that were rejected, in order, each kind of attempt once with its count."""
        return self._router.blocked_requests.list()

    def forget_blocked_requests(self) -> None:
        """Empty the list of rejected requests, for the next instance behind the same port."""
        self._router.blocked_requests.forget()

    @property
    def on_blocked_request(self) -> Callable[[BlockedRequest], None] | None:
        """Called with each rejected attempt, in the thread of its connection."""
        return self._router.blocked_requests.on_add

    @on_blocked_request.setter
    def on_blocked_request(self, report: Callable[[BlockedRequest], None] | None) -> None:
        self._router.blocked_requests.on_add = report

    def listen_also_on(self, socket: sockets.socket, *, reachable: Iterable[tuple[str, int]]) -> None:
        """Serve a listening socket of another network namespace too; `close` closes it.

        Connections from there are passed on to the loopback ports in `reachable` only, written (address, port).
        This proxy must not be one of them: it would pass a request on from its other socket, to any port.
        """
        serve = partial(self._serve, reachable=frozenset(reachable))
        listener = Listener(serve, host=self.host, port=self.port, sock=socket, limits=self._limits)
        self._more_listeners.append(listener)
        listener.start()

    def close(self) -> None:
        """Stop listening, end every connection, wait for the threads. Calling it twice is allowed."""
        for listener in (self._listener, *self._more_listeners):
            listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self, connection: BufferedSocket, *, reachable: frozenset[tuple[str, int]] | None = None) -> Step | None:
        if connection.first_byte() == TLS_HELLO:
            host = self._router.start_tls(connection)
            return partial(serve_next, handler=TlsHandler(self._router, connection, host, via="tls"))
        return serve_next(connection, PlainHandler(self._router, connection, self.port, reachable))


class PlainHandler:
    """Handles requests on the proxy's own port: CONNECT, whole URLs, and plain requests with a Host field.

    Requests for loopback are passed on: to any port, or only to those in `reachable`, as (address, port).
    """

    takes_turns = False
    """The application is known only when the request was read."""

    def __init__(
        self,
        router: HostRouter,
        connection: BufferedSocket,
        own_port: int,
        reachable: Container[tuple[str, int]] | None = None,
    ) -> None:
        self._router = router
        self._own_port = own_port
        self._reachable = reachable
        self._client = peer_of(connection)
        self.record = router.record

    def route(self, request: Request) -> RespondWith | HandOver:
        """Return what responds to a request, by the form of its target (RFC 9112, 3.2)."""
        if request.method == "CONNECT":
            return self._connect(request)
        if (absolute := request.absolute()) is not None:
            return self._whole_url(request, *absolute)
        if request.target[:1] not in ("/", "*"):
            raise MalformedRequest(400, "the request target is neither a path nor a URL")
        return self._by_host(request, request.fields.get("host", ""))

    def _connect(self, request: Request) -> RespondWith | HandOver:
        target = HostPort.parse(request.target, default_port=0)
        if target is None or not target.port:
            raise MalformedRequest(400, "CONNECT needs HOST:PORT")
        if target.port == 443 and (app := self._router.hosts.get(target.host)) is not None:
            if fault_at(app, "connection", target.host, "proxy") is not None:
                raise MalformedRequest(502, f"{target.host}:{target.port} refused the connection")
            if fault_at(app, "tunnel", target.host, "proxy") is not None:
                raise MalformedRequest(403, f"this proxy allows no connection to {target.host}:{target.port}")
            return HandOver(partial(self._intercept, host=target.host))
        if addresses := self._addresses(target):
            return HandOver(partial(tunnel, target=target, addresses=addresses))
        return self._reject(target, "CONNECT", request)

    def _intercept(self, connection: BufferedSocket, host: str) -> Step:
        if connection.has_read_ahead:
            raise MalformedRequest(400, "bytes came before the tunnel was open: wait for the response to CONNECT")
        connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._router.start_tls(connection, tunnelled_to=host)
        return partial(serve_next, handler=TlsHandler(self._router, connection, host, via="proxy"))

    def _whole_url(self, request: Request, scheme: str, authority: str, path: str) -> RespondWith | HandOver:
        target = HostPort.parse(authority, default_port=80)
        if target is None or scheme != "http":
            raise MalformedRequest(400, "a proxy serves http:// URLs; use CONNECT for https://")
        if target.port == 80 and (app := self._router.hosts.get(target.host)) is not None:
            return RespondWith(app, self._info(target, "proxy"))
        if target.port == self._own_port and is_loopback(target.host):  # passing it on would be an endless loop
            return self._by_host(request, authority)
        if addresses := self._addresses(target):
            passed_on = partial(
                forward, request=request, target=target, addresses=addresses, host_field=authority, path=path
            )
            return HandOver(passed_on)
        return self._reject(target, "http", request)

    def _by_host(self, request: Request, host: str) -> RespondWith:
        target = HostPort.parse(host, default_port=80)
        if target is None:
            raise MalformedRequest(400, NO_HOST)
        app = self._router.application(host, target, request)
        return RespondWith(app, self._info(target, "direct"))

    def _addresses(self, target: HostPort) -> tuple[str, ...]:
        """Return where a request for loopback may be passed on to; nothing for another host or port."""
        addresses = loopback_addresses(target.host)
        if self._reachable is None:
            return addresses
        return tuple(address for address in addresses if (address, target.port) in self._reachable)

    def _reject(self, target: HostPort, how: str, request: Request) -> RespondWith:
        why = OUTSIDE_THE_NETWORK if is_loopback(target.host) else None
        return RespondWith(self._router.reject(target, how, request, why=why), self._info(target, "proxy"))

    def _info(self, target: HostPort, via: str) -> ConnectionInfo:
        return ConnectionInfo("http", via, target.host, target.port, self._client)


class TlsHandler:
    """Handles requests in TLS: the host is known from the tunnel or the handshake, and the Host field must agree."""

    def __init__(self, router: HostRouter, connection: BufferedSocket, host: str | None, *, via: str) -> None:
        self._router = router
        self._host = host
        self._via = via
        self._client = peer_of(connection)
        self.record = router.record

    @property
    def takes_turns(self) -> bool:
        """Whether the host's application takes turns."""
        return self._host is not None and takes_turns(self._router.hosts.get(self._host))

    def route(self, request: Request) -> RespondWith:
        """Return the application of the host in the request; 421 when the connection was opened to another host."""
        absolute = request.absolute()
        host = absolute[1] if absolute else request.fields.get("host", self._host or "")
        target = HostPort.parse(host, default_port=443)
        if target is None or request.method == "CONNECT":
            raise MalformedRequest(400, NO_HOST)
        if self._host not in (None, target.host):
            raise MalformedRequest(421, f"this connection was opened to {self._host}, not to {target.host}")
        app = self._router.application(host, target, request)
        return RespondWith(app, ConnectionInfo("https", self._via, target.host, target.port, self._client))
