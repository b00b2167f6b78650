"""Faults of connections: what an application lets fail before a request is read."""

from __future__ import annotations

from collections.abc import Callable


def fault_at(app: object, step: str, host: str, via: str) -> str | None:
    """Return how a connection to an application fails at a step, None if it does not.

    The method `connection_fault` of the application decides; most applications have none. The steps are "connection"
    (accepted, or wanted from the proxy), "tunnel" (CONNECT) and "handshake" (TLS), whose result is a flaw of
    `Authority.context_for`. `via` is that of `ConnectionInfo`.

    >>> fault_at(print, "connection", "pypi.org", "proxy") is None
    True
    """
    decide: Callable[[str, str, str], str | None] | None = getattr(app, "connection_fault", None)
    return None if decide is None else decide(step, host, via)
