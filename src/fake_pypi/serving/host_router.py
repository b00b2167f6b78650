"""Choose the application for a host name; reject every other name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from fake_pypi.loopback import is_loopback
from fake_pypi.serving.blocked_requests import BlockedRequest, BlockedRequests
from fake_pypi.serving.buffered_socket import BufferedSocket
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.connection import ApplicationErrors
from fake_pypi.serving.connection_faults import fault_at
from fake_pypi.serving.request import HostPort, Request

if TYPE_CHECKING:
    import ssl

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOT_AN_INDEX = "this is the proxy of fake-pypi: set HTTPS_PROXY to it, or send the request to the port of an index"


class HostRouter:
    """The host names that a proxy serves, the requests that it rejected, and the errors of its applications."""

    def __init__(self, hosts: Mapping[str, WSGIApplication], authority: Authority) -> None:
        self.hosts = hosts
        self.authority = authority
        self.blocked_requests = BlockedRequests()
        self.errors = ApplicationErrors()
        self.on_error: Callable[[BaseException], object] | None = None

    def application(self, written: str, target: HostPort, request: Request) -> WSGIApplication:
        """Return the application that responds to a request for a host.

        `written` is the host as the client wrote it: a mapping for `host:port` comes before one for `host`.
        """
        hosts = self.hosts
        for name in (written.lower(), target.host):
            if name in hosts:
                return hosts[name]
        if is_loopback(target.host):
            return one_line_application(404, NOT_AN_INDEX)
        return self.reject(target, "host", request, status=421)

    def reject(
        self, target: HostPort, how: str, request: Request, *, status: int = 403, why: str | None = None
    ) -> WSGIApplication:
        """Record the attempt, and return an application that responds with the reason in one line."""
        self.blocked_requests.add(BlockedRequest(target.host, target.port, how, request.fields.get("user-agent")))
        reason = why or "is not faked here"
        return one_line_application(status, f"fake-pypi lets nothing out: {target.host}:{target.port} {reason}")

    def start_tls(self, connection: BufferedSocket, *, tunnelled_to: str | None = None) -> str | None:
        """Start TLS as any of our hosts; return the host that the client names, None if it names none.

        A client without a tunnel is rejected in the handshake when it names another host.
        """
        if tunnelled_to:
            connection.start_tls(self._context(self._flaw(tunnelled_to, "proxy")))
            return tunnelled_to
        return connection.start_tls(self._context(), accepts=self._accepts, context_of=self._flawed_context)

    def _context(self, flaw: str | None = None) -> ssl.SSLContext:
        names = (HostPort.parse(name, default_port=443) for name in self.hosts)
        return self.authority.context_for((name.host for name in names if name is not None), flaw=flaw)

    def _flaw(self, host: str, via: str) -> str | None:
        return fault_at(self.hosts.get(host), "handshake", host, via)

    def _flawed_context(self, host: str) -> ssl.SSLContext | None:
        flaw = self._flaw(host, "tls")
        return None if flaw is None else self._context(flaw)

    def record(self, error: BaseException) -> None:
        """Store the error that an application raised."""
        self.errors.add(error)
        if self.on_error is not None:
            self.on_error(error)

    def _accepts(self, host: str) -> bool:
        if host in self.hosts or is_loopback(host):
            return fault_at(self.hosts.get(host), "connection", host, "tls") is None
        self.blocked_requests.add(BlockedRequest(host, 443, "tls"))
        return False


def one_line_application(status: int, line: str) -> WSGIApplication:
    """Return an application that responds with one line, also as reason phrase: many clients print only that."""

    def respond(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(f"{status} {line}", [("Content-Type", "text/plain; charset=UTF-8")])
        return [f"{line}\n".encode()]

    return respond
