"""A certificate authority that lives as long as this process, and the certificates that it gives."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fake_pypi.serving.tls import server_context

if TYPE_CHECKING:
    import trustme

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Apple's TLS rejects a server's certificate that is valid for more than 825 days (support.apple.com/103769).
VALID_BEFORE = dt.timedelta(days=2)
VALID_AFTER = dt.timedelta(days=366)


class Authority:
    """Signs for any host name, and is trusted by whoever is given `pem`.

    >>> authority = Authority()
    >>> authority.pem.startswith(b"-----BEGIN CERTIFICATE-----")
    True

    Nothing is made, and trustme not imported, before the first use. Keys stay in memory.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._made: trustme.CA | None = None
        self._contexts: dict[frozenset[str], ssl.SSLContext] = {}

    @property
    def pem(self) -> bytes:
        """The authority's own certificate and nothing else, for `SSL_CERT_FILE` and its like."""
        return self._ca().cert_pem.bytes()

    def context_for(self, hosts: Iterable[str]) -> ssl.SSLContext:
        """A server's side of TLS with one certificate for all `hosts` and for loopback; HTTP/1.1 only.

        The same hosts get the same context, so a handshake costs nothing extra.
        """
        names = frozenset(hosts)
        with self._lock:
            if names not in self._contexts:
                self._contexts[names] = self._make_context(names)
            return self._contexts[names]

    def _ca(self) -> trustme.CA:
        with self._lock:
            if self._made is None:
                import trustme

                self._made = trustme.CA(organization_name="fake-pypi", organization_unit_name="one session")
            return self._made

    def _make_context(self, names: frozenset[str]) -> ssl.SSLContext:
        now = dt.datetime.now(dt.timezone.utc)
        leaf = self._ca().issue_cert(
            *sorted(names - set(LOOPBACK)),
            *LOOPBACK,
            organization_name="fake-pypi",
            not_before=now - VALID_BEFORE,
            not_after=now + VALID_AFTER,
        )
        context = server_context()
        leaf.configure_cert(context)
        return context
