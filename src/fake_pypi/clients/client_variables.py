"""The variables that give clients a token, or the plain-HTTP address of an index.

Over plain HTTP neither a proxy nor a certificate is needed, but most clients cannot do everything that way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from fake_pypi.clients.supported_clients import CLIENTS, Client
from fake_pypi.errors import UsageError

_LOOPBACK = "127.0.0.1,localhost"


def publishing_variables(clients: Iterable[str], token: str) -> dict[str, str]:
    """Return the variables with which clients publish with a token, on any host.

    >>> sorted(publishing_variables(["twine", "uv"], "swordfish"))
    ['TWINE_PASSWORD', 'TWINE_USERNAME', 'UV_PUBLISH_TOKEN']

    Raises `UsageError` for a client that is not supported, or that does not publish.
    """
    by_name = {client.name: client.token_variables for client in CLIENTS if client.token_variables}
    variables: dict[str, str] = {}
    for name in clients:
        if name not in by_name:
            raise UsageError(f"no publishing tool is called {name!r} here", f"choose from {', '.join(by_name)}")
        variables |= {variable: value.format(token=token) for variable, value in by_name[name].items()}
    return variables


def env_for(
    clients: Iterable[str],
    *,
    pypi_url: str,
    token: str,
    testpypi_url: str | None = None,
    testpypi_token: str | None = None,
) -> dict[str, str]:
    """Return the variables that make clients use one index; without names, all clients for which there are some.

    >>> env_for(["pipenv"], pypi_url="http://127.0.0.1:8080", token="")["PIPENV_PYPI_MIRROR"]
    'http://127.0.0.1:8080/simple'

    With `testpypi_url` the variables name both indexes, which most clients do not support. Raises `UsageError` with
    the name of a client that does not support what is asked for.
    """
    values = {
        "url": pypi_url.rstrip("/"),
        "token": token,
        "testpypi_url": (testpypi_url or "").rstrip("/"),
        "testpypi_token": testpypi_token or "",
        "devnull": os.devnull,
    }
    env = {"NO_PROXY": _LOOPBACK, "no_proxy": _LOOPBACK}
    for name in tuple(clients) or _configurable():
        templates = _plain_http(_client(name), both=bool(testpypi_url))
        env |= {variable: template.format_map(values) for variable, template in templates.items()}
    return env


def plain_http_limits(client: str) -> str:
    """Return what this client cannot do at a plain-HTTP address, in a sentence; empty if nothing is known.

    >>> plain_http_limits("pip")
    ''
    """
    return _client(client).limits


def _client(name: str) -> Client:
    for client in CLIENTS:
        if client.name == name:
            return client
    raise UsageError(f"no client is called {name!r} here", f"choose from {', '.join(_configurable())}")


def _configurable() -> list[str]:
    return sorted(client.name for client in CLIENTS if client.plain_http)


def _plain_http(client: Client, *, both: bool) -> dict[str, str]:
    if not client.plain_http:
        raise UsageError(
            f"{client.name} cannot be pointed at an index by variables", f"{client.no_plain_http}; use a shell"
        )
    if both and not client.plain_http_testpypi:
        raise UsageError(
            f"{client.name} cannot be told about both indexes by variables",
            "ask for one index at a time, or use a shell, where the real host names answer",
        )
    return {**client.plain_http, **client.token_variables, **(client.plain_http_testpypi if both else {})}
