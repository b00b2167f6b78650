"""A certificate authority that exists as long as this process, and the certificates that it issues."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Apple's TLS rejects a server's certificate that is valid for more than 825 days (support.apple.com/103769).
VALID_BEFORE = dt.timedelta(days=2)
VALID_AFTER = dt.timedelta(days=366)
EXPIRED_SINCE = dt.timedelta(days=1)
WRONG_HOST = "wrong-host.invalid"


class SniSocket(ssl.SSLSocket):
    """A TLS socket with the server name that its client sent; `accepts` decides whether that name is served.

    `context_of` may return another context for the name than the one of the socket.
    """

    server_name: str | None = None
    accepts: Callable[[str], bool] | None = None
    context_of: Callable[[str], ssl.SSLContext | None] | None = None


def note_server_name(sock: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> int | None:
    """Store the server name on the socket, and reject a name that is not served with an alert (`sni_callback`)."""
    if not isinstance(sock, SniSocket) or name is None:
        return None
    sock.server_name = name.lower().rstrip(".")
    if sock.accepts is not None and not sock.accepts(sock.server_name):
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    if sock.context_of is not None and (context := sock.context_of(sock.server_name)) is not None:
        sock.context = context
    return None


def server_context() -> ssl.SSLContext:
    """Return a context without a certificate yet: HTTP/1.1 only, sockets that store the client's server name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])  # uv prefers HTTP/2, which has no reason phrases
    context.num_tickets = 0  # no client resumes a session here; tickets race with short ones
    context.sslsocket_class = SniSocket
    context.sni_callback = note_server_name
    return context


class Authority:
    """A certificate authority that signs for any host name; clients that load `pem` trust it.

    >>> authority = Authority()
    >>> authority.pem.startswith(b"-----BEGIN CERTIFICATE-----")
    True

    Nothing is made, and trustme not imported, before the first use. Keys stay in memory.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._made: trustme.CA | None = None
        self._contexts: dict[tuple[frozenset[str], str | None], ssl.SSLContext] = {}

    @property
    def pem(self) -> bytes:
        """The authority's own certificate and nothing else, for `SSL_CERT_FILE` and similar variables."""
        return self._ca().cert_pem.bytes()

    def context_for(self, hosts: Iterable[str], *, flaw: str | None = None) -> ssl.SSLContext:
        """Return the context of a server with one certificate for all `hosts` and for loopback; HTTP/1.1 only.

        The same hosts get the same context, so a handshake costs nothing extra. `flaw` makes the certificate
        wrong on purpose: "expired", "wrong-host" or "unknown-authority".
        """
        names = frozenset(hosts)
        with self._lock:
            if (names, flaw) not in self._contexts:
                self._contexts[names, flaw] = self._make_context(names, flaw)
            return self._contexts[names, flaw]

    def _ca(self) -> trustme.CA:
        with self._lock:
            if self._made is None:
                import trustme

                self._made = trustme.CA(organization_name="fake-pypi", organization_unit_name="one session")
            return self._made

    def _make_context(self, names: frozenset[str], flaw: str | None) -> ssl.SSLContext:
        now = dt.datetime.now(dt.timezone.utc)
        authority = Authority() if flaw == "unknown-authority" else self
        leaf = authority._ca().issue_cert(  # noqa: SLF001 - of the same class
            *([WRONG_HOST] if flaw == "wrong-host" else [*sorted(names - set(LOOPBACK)), *LOOPBACK]),
            organization_name="fake-pypi",
            not_before=now - VALID_BEFORE,
            not_after=now - EXPIRED_SINCE if flaw == "expired" else now + VALID_AFTER,
        )
        context = server_context()
        leaf.configure_cert(context)
        return context
