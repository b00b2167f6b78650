"""What an application may have besides being called: faults of connections, and whether it takes turns."""

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


def takes_turns(app: object) -> bool:
    """Return whether the requests of an application are processed in turns: it has the attribute `takes_turns`."""
    return bool(getattr(app, "takes_turns", False))
