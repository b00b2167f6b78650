"""The server's side of TLS, with an ear for the host name in the client's greeting (SNI, RFC 6066)."""

from __future__ import annotations

import ssl
from collections.abc import Callable


class GreetedSocket(ssl.SSLSocket):
    """A TLS socket that knows which host its client wanted, and may turn the client away for it."""

    greeting: str | None = None
    accepts: Callable[[str], bool] | None = None


def hear(sock: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> int | None:
    """The `sni_callback` of our contexts: note the name, reject it with an alert if nobody answers for it."""
    if not isinstance(sock, GreetedSocket) or name is None:
        return None
    sock.greeting = name.lower().rstrip(".")
    if sock.accepts is not None and not sock.accepts(sock.greeting):
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    return None


def server_context() -> ssl.SSLContext:
    """A server's context without a certificate yet: HTTP/1.1 only, sockets that hear the greeting."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])  # uv would rather speak HTTP/2, which has no reason phrases
    context.num_tickets = 0  # nobody resumes a session here; tickets race with short ones
    context.sslsocket_class = GreetedSocket
    context.sni_callback = hear
    return context
