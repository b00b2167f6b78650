"""One WSGI application on one loopback port."""

from __future__ import annotations

import socket as sockets
from collections.abc import Callable, Container
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from fake_pypi.loopback import is_loopback
from fake_pypi.serving.buffered_socket import TLS_HELLO, BufferedSocket
from fake_pypi.serving.connection import ApplicationErrors, ConnectionInfo, RespondWith, Step, serve_next
from fake_pypi.serving.connection_faults import fault_at, takes_turns
from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.serving.host_router import one_line_application
from fake_pypi.serving.listener import Listener, peer_of
from fake_pypi.serving.request import NO_HOST, HostPort, MalformedRequest, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self

    from fake_pypi.serving.certificates import Authority

DEFAULT_LIMITS = ConnectionLimits()
NOT_OUR_HOST = (
    "this server listens on loopback, and the Host field names another host: use {url}, or allow other hosts "
    "by listening on an address that is not loopback (--host)"
)


class Server:
    """Serves a WSGI application over HTTP/1.1 until it is closed.

    >>> def hello(environ, start_response):
    ...     start_response("200 OK", [("Content-Type", "text/plain")])
    ...     return [b"hello"]
    >>> from urllib.request import urlopen
    >>> with Server(hello) as server:
    ...     urlopen(server.url).read()
    b'hello'

    `app` may be set at any time: one socket, another instance. `errors` holds what applications raised, oldest
    first; their clients received 500, or 503 if the disk failed. `on_error` is called with each of them, in the
    thread of its connection. `errors.CloseConnection` is no error: it closes the connection without a response.
    With an `authority` the same port also serves TLS, to clients that begin with it.
    `socket` is a socket that listens already; `host` and `port` are ignored then. Raises `PortInUse`.

    With `names`, a server that listens on loopback serves loopback hosts and these names only: a web page that gives
    127.0.0.1 a name of its own host (DNS rebinding) receives 421. A server that listens on
    another address may have any name in its network, so it serves every host.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        names: Container[str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        socket: sockets.socket | None = None,
        authority: Authority | None = None,
        limits: ConnectionLimits = DEFAULT_LIMITS,
    ) -> None:
        self.app = app
        self.errors = ApplicationErrors()
        self._names = names
        self.on_error: Callable[[BaseException], object] | None = None
        self._authority = authority
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
        """The address of the server, without a slash at the end: `http://127.0.0.1:PORT`."""
        return f"http://{self._listener.authority}"

    def listen_also_on(self, socket: sockets.socket) -> None:
        """Serve a second listening socket too, such as one in another network namespace; `close` closes it."""
        listener = Listener(self._serve, host=self.host, port=self.port, sock=socket, limits=self._limits)
        self._more_listeners.append(listener)
        listener.start()

    def serves_host_of(self, request: Request) -> bool:
        """Return whether this server serves the host of a request. Without a host it does: no browser sends that.

        Raises `MalformedRequest` 400 for a Host field that names no host.
        """
        absolute = request.absolute()
        host = absolute[1] if absolute else request.fields.get("host", "")
        if self._names is None or not host or not is_loopback(self.host):
            return True
        target = HostPort.parse(host, default_port=80)
        if target is None:
            raise MalformedRequest(400, NO_HOST)
        return is_loopback(target.host) or target.host in self._names

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

    def _serve(self, connection: BufferedSocket) -> Step | None:
        if fault_at(self.app, "connection", self.host, "direct") is not None:
            connection.reset()
            return None
        client = peer_of(connection)
        info = ConnectionInfo("http", "direct", self.host, self.port, client)
        if self._authority is not None and connection.first_byte() == TLS_HELLO:
            flaw = fault_at(self.app, "handshake", self.host, "tls")
            connection.start_tls(self._authority.context_for((), flaw=flaw))
            info = ConnectionInfo("https", "tls", self.host, self.port, client)
            return partial(serve_next, handler=_ServerHandler(self, info))
        return serve_next(connection, _ServerHandler(self, info))


class _ServerHandler:
    """Handles every request with the present application of a `Server`."""

    def __init__(self, server: Server, info: ConnectionInfo) -> None:
        self._server = server
        self._info = info

    def route(self, request: Request) -> RespondWith:
        if request.method == "CONNECT":
            raise MalformedRequest(405, "this is a server, not a proxy: set HTTPS_PROXY to the proxy's own port")
        if request.target[:1] not in ("/", "*") and request.absolute() is None:
            raise MalformedRequest(400, "the request target is neither a path nor a URL")
        if not self._server.serves_host_of(request):
            return RespondWith(one_line_application(421, NOT_OUR_HOST.format(url=self._server.url)), self._info)
        return RespondWith(self._server.app, self._info)

    @property
    def takes_turns(self) -> bool:
        return takes_turns(self._server.app)

    def record(self, error: BaseException) -> None:
        self._server.errors.add(error)
        if self._server.on_error is not None:
            self._server.on_error(error)
