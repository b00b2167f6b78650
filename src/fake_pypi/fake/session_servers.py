"""The sockets of a session: one for each index, the control API and the proxy.

Each test has new indexes; the sockets and their addresses stay the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.proxy import Proxy
from fake_pypi.serving.server import Server
from fake_pypi.sites import PYPI, TESTPYPI, Site
from fake_pypi.temporary import new_folder
from fake_pypi.web.application import closed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from fake_pypi.clients.strict import StrictNetwork
    from fake_pypi.serving.blocked_requests import BlockedRequest


class SessionServers:
    """The servers of a session, which outlive the indexes. Proxy and control API are started at the first use.

    `site` is another server that is served in place of PyPI and TestPyPI.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        testpypi_port: int = 0,
        control_host: str = "127.0.0.1",
        control_port: int = 0,
        site: Site | None = None,
    ) -> None:
        self.authority = Authority()
        first = site or PYPI
        self.indexes = {first.name: Server(closed, names=first.hosts.all, host=host, port=port)}
        if site is None:
            try:
                self.indexes[TESTPYPI.name] = Server(closed, names=TESTPYPI.hosts.all, host=host, port=testpypi_port)
            except BaseException:
                self.indexes[PYPI.name].close()
                raise
        self.on_error: Callable[[BaseException], object] | None = None
        """Called with each error inside our own applications, in the thread of its connection."""
        for server in self.indexes.values():
            server.on_error = self._report
        self._proxy: Proxy | None = None
        self._control: Server | None = None
        self._control_address = control_host, control_port
        self._folder: Path | None = None
        self._strict: StrictNetwork | None = None

    @property
    def proxy(self) -> Proxy:
        """The proxy behind which the real host names are the fakes."""
        if self._proxy is None:
            self._proxy = Proxy({}, authority=self.authority)
            self._proxy.on_error = self._report
        return self._proxy

    @property
    def control(self) -> Server:
        """The socket of the control API, started at the first use. Raises `PortInUse`."""
        if self._control is None:
            host, port = self._control_address
            self._control = Server(closed, names=(), host=host, port=port)
            self._control.on_error = self._report
        return self._control

    @property
    def strict(self) -> StrictNetwork:
        """A network in which nothing but these sockets exists, at the same addresses.

        Made at the first use. Raises `UsageError` where the kernel does not allow it.
        """
        if self._strict is None:
            from fake_pypi.clients.strict import StrictNetwork

            servers = (*self.indexes.values(), self.control)
            addresses = [_address(server) for server in servers]
            self._strict = StrictNetwork([*addresses, _address(self.proxy)])
            *sockets, proxy_socket = self._strict.sockets
            for server, socket in zip(servers, sockets, strict=True):
                server.listen_also_on(socket)
            self.proxy.listen_also_on(proxy_socket, reachable=addresses)
        return self._strict

    @property
    def folder(self) -> Path:
        """A folder for the files of the session; `close` removes it."""
        if self._folder is None:
            self._folder = new_folder("session")
        return self._folder

    @property
    def ca_pem(self) -> Path:
        """The file with the certificate of the session's own authority, and nothing else."""
        path = self.folder / "ca.pem"
        if not path.exists():
            path.write_bytes(self.authority.pem)
        return path

    @property
    def errors(self) -> list[BaseException]:
        """The errors that our own applications raised, on any socket."""
        return [error for socket in self._sockets for error in socket.errors]

    def take_errors(self) -> list[BaseException]:
        """Return the errors that our own applications raised, and forget them: the next test did not cause them."""
        return [error for socket in self._sockets for error in socket.errors.take()]

    @property
    def _sockets(self) -> list[Server | Proxy]:
        """The sockets that are open."""
        return [*self.indexes.values(), *(server for server in (self._proxy, self._control) if server is not None)]

    def _report(self, error: BaseException) -> None:
        if self.on_error is not None:
            self.on_error(error)

    @property
    def blocked_requests(self) -> list[BlockedRequest]:
        """The requests to other hosts that the proxy rejected."""
        return [] if self._proxy is None else self._proxy.blocked_requests

    def forget_blocked_requests(self) -> None:
        """Empty the list: the next test did not cause them."""
        if self._proxy is not None:
            self._proxy.forget_blocked_requests()

    def remove_apps(self, apps: Collection[WSGIApplication]) -> None:
        """Respond 503 in place of these applications, on every socket."""
        for server in (*self.indexes.values(), self._control):
            if server is not None and server.app in apps:
                server.app = closed
        if self._proxy is not None:
            self._proxy.hosts = {name: closed if app in apps else app for name, app in self._proxy.hosts.items()}

    def close(self) -> None:
        """Close every socket and remove the folder."""
        for socket in self._sockets:
            socket.close()
        if self._strict is not None:
            self._strict.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _address(server: Server | Proxy) -> tuple[str, int]:
    """Return the address and port for clients: 127.0.0.1 for a server that listens on every address."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return host.strip("[]"), int(port)
