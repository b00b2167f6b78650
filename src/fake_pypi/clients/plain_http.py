"""Pointing tools at a fake's plain-HTTP address: no proxy, no certificate, and therefore some limits."""

from __future__ import annotations

from collections.abc import Iterable

from fake_pypi.clients.catalogue import CLIENTS
from fake_pypi.clients.client import Address, Client
from fake_pypi.errors import UsageError

_LOOPBACK = "127.0.0.1,localhost"


def env_for(
    clients: Iterable[str],
    *,
    pypi_url: str,
    token: str,
    testpypi_url: str | None = None,
    testpypi_token: str | None = None,
) -> dict[str, str]:
    """The variables that make these clients (all that can be told so, if none is named) talk to one index.

    >>> env_for(["pipenv"], pypi_url="http://127.0.0.1:8080", token="")["PIPENV_PYPI_MIRROR"]
    'http://127.0.0.1:8080/simple'

    With `testpypi_url` the variables must name both indexes at once, which most clients cannot read from
    their environment. Raises `UsageError`, naming the client, for what it cannot do this way.
    """
    pypi = Address(pypi_url, token)
    testpypi = Address(testpypi_url, testpypi_token or "") if testpypi_url else None
    env = {"NO_PROXY": _LOOPBACK, "no_proxy": _LOOPBACK}
    for name in tuple(clients) or _wired():
        env.update(_variables(_known(name), pypi, testpypi))
    return env


def plain_http_limits(client: str) -> str:
    """What this client cannot do at a plain-HTTP address, in a sentence; empty if nothing is known.

    >>> plain_http_limits("pip")
    ''
    """
    return _known(client).limits


def _known(name: str) -> Client:
    for client in CLIENTS:
        if client.name == name:
            return client
    raise UsageError(f"no client is called {name!r} here", f"choose from {', '.join(_wired())}")


def _wired() -> list[str]:
    return sorted(client.name for client in CLIENTS if not isinstance(client.plain_http, str))


def _variables(client: Client, pypi: Address, testpypi: Address | None) -> dict[str, str]:
    if isinstance(client.plain_http, str):
        raise UsageError(
            f"{client.name} cannot be pointed at an index by variables", f"{client.plain_http}; use a shell"
        )
    if testpypi is None:
        return client.plain_http(pypi)
    if client.two_indexes is None:
        raise UsageError(
            f"{client.name} cannot be told about both indexes by variables",
            "ask for one index at a time, or use a shell, where the real host names answer",
        )
    return client.two_indexes(pypi, testpypi)
