"""One port on which chosen host names are answered by our applications, and every other host is rejected."""

from __future__ import annotations

import socket as sockets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from fake_pypi.serving.attempts import Attempt
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.conversation import Errors, converse
from fake_pypi.serving.host_router import HostRouter
from fake_pypi.serving.limits import Limits
from fake_pypi.serving.listener import Listener
from fake_pypi.serving.sites import Inside, Outside
from fake_pypi.serving.wire import TLS_HELLO, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self

DEFAULT_LIMITS = Limits()


class Proxy:
    """An HTTP proxy that is the real host, for the names in `hosts`, to whoever trusts `authority`.

    >>> with Proxy({}, authority=Authority()) as proxy:
    ...     proxy.url.startswith("http://127.0.0.1:")
    True

    It answers CONNECT, whole `http://` URLs, and TLS from the first byte for clients that ignore proxies (the
    host is the one in the TLS greeting, else the Host field). Loopback targets are passed through; everything
    else is rejected with 403 and listed in `attempts`. `socket` is a socket that listens already; `host` and
    `port` are not looked at then. Raises `PortInUse`.
    """

    def __init__(
        self,
        hosts: Mapping[str, WSGIApplication],
        *,
        authority: Authority,
        host: str = "127.0.0.1",
        port: int = 0,
        socket: sockets.socket | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._board = HostRouter(hosts, authority)
        self._limits = limits
        self._listener = Listener(self._serve, host=host, port=port, sock=socket, limits=limits)
        self._elsewhere: list[Listener] = []
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
        """What HTTPS_PROXY is set to: `http://127.0.0.1:PORT`."""
        return f"http://{self._listener.authority}"

    @property
    def authority(self) -> Authority:
        """Who signs for the hosts."""
        return self._board.authority

    @property
    def hosts(self) -> Mapping[str, WSGIApplication]:
        """Which application answers for which name (`host` or `host:port`, lower case); can be set."""
        return self._board.hosts

    @hosts.setter
    def hosts(self, hosts: Mapping[str, WSGIApplication]) -> None:
        self._board.hosts = hosts

    @property
    def errors(self) -> Errors:
        """What applications raised, oldest first; their clients were told 500."""
        return self._board.errors

    @property
    def on_error(self) -> Callable[[BaseException], object] | None:
        """Called with each of `errors`, in the thread of its connection; can be set."""
        return self._board.on_error

    @on_error.setter
    def on_error(self, report: Callable[[BaseException], object] | None) -> None:
        self._board.on_error = report

    @property
    def attempts(self) -> list[Attempt]:
        """What was rejected, in order, each kind of attempt once with its count."""
        return self._board.attempts.list()

    def forget_attempts(self) -> None:
        """Start again with no attempts, for the next instance behind the same port."""
        self._board.attempts.forget()

    @property
    def on_attempt(self) -> Callable[[Attempt], None] | None:
        """Called with each rejected attempt, in the thread of its connection."""
        return self._board.attempts.tell

    @on_attempt.setter
    def on_attempt(self, tell: Callable[[Attempt], None] | None) -> None:
        self._board.attempts.tell = tell

    def listen_also_on(self, socket: sockets.socket, *, reachable: Iterable[tuple[str, int]]) -> None:
        """Answer on a listening socket of another network namespace too; `close` ends it.

        Connections from there are passed on to the loopback ports in `reachable` only, written (address, port).
        This proxy must not be one of them: it would pass a request on from its other socket, to any port.
        """
        serve = partial(self._serve, reachable=frozenset(reachable))
        listener = Listener(serve, host=self.host, port=self.port, sock=socket, limits=self._limits)
        self._elsewhere.append(listener)
        listener.start()

    def close(self) -> None:
        """Stop listening, end every connection, wait for the threads. Twice is fine."""
        for listener in (self._listener, *self._elsewhere):
            listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self, wire: Wire, *, reachable: frozenset[tuple[str, int]] | None = None) -> None:
        if wire.first_byte() == TLS_HELLO:
            host = self._board.start_tls(wire)
            converse(wire, Inside(self._board, wire, host, via="tls"))
        else:
            converse(wire, Outside(self._board, wire, self.port, reachable))
