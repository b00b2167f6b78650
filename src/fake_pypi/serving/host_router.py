"""Which application answers for which host name, and what happens to every other name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from fake_pypi.loopback import is_loopback
from fake_pypi.serving.attempts import Attempt, Attempts
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.conversation import Errors
from fake_pypi.serving.request import HostPort, Request
from fake_pypi.serving.wire import Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOT_AN_INDEX = "this is the proxy of fake-pypi: set HTTPS_PROXY to it, or ask an index on its own port"


class HostRouter:
    """The names that a proxy answers for; what it rejected, and what its applications raised."""

    def __init__(self, hosts: Mapping[str, WSGIApplication], authority: Authority) -> None:
        self.hosts = hosts
        self.authority = authority
        self.attempts = Attempts()
        self.errors = Errors()
        self.on_error: Callable[[BaseException], object] | None = None

    def application(self, said: str, target: HostPort, request: Request) -> WSGIApplication:
        """Who answers a request for a host that the client believes to be talking to.

        `said` is the host as it was written: a mapping for `host:port` goes before one for `host`.
        """
        hosts = self.hosts
        for name in (said.lower(), target.host):
            if name in hosts:
                return hosts[name]
        if is_loopback(target.host):
            return saying(404, NOT_AN_INDEX)
        return self.reject(target, "host", request, status=421)

    def reject(
        self, target: HostPort, how: str, request: Request, *, status: int = 403, why: str | None = None
    ) -> WSGIApplication:
        """Record the attempt and return an application that answers with the reason in one line."""
        self.attempts.add(Attempt(target.host, target.port, how, request.fields.get("user-agent")))
        reason = why or "is not faked here"
        return saying(status, f"fake-pypi lets nothing out: {target.host}:{target.port} {reason}")

    def start_tls(self, wire: Wire, *, tunnelled_to: str | None = None) -> str | None:
        """Speak TLS as any of our hosts; the host that the client wants, None if it did not say.

        A client that came without a tunnel is turned away in the greeting when it wants another host.
        """
        names = (HostPort.parse(name, default_port=443) for name in self.hosts)
        context = self.authority.context_for(name.host for name in names if name is not None)
        greeting = wire.start_tls(context, accepts=None if tunnelled_to else self._accepts)
        return tunnelled_to or greeting

    def record(self, error: BaseException) -> None:
        """Keep what an application raised."""
        self.errors.add(error)
        if self.on_error is not None:
            self.on_error(error)

    def _accepts(self, host: str) -> bool:
        if host in self.hosts or is_loopback(host):
            return True
        self.attempts.add(Attempt(host, 443, "tls"))
        return False


def saying(status: int, line: str) -> WSGIApplication:
    """An application that says one line, as reason phrase too: many clients show nothing else."""

    def say(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(f"{status} {line}", [("Content-Type", "text/plain; charset=UTF-8")])
        return [f"{line}\n".encode()]

    return say
