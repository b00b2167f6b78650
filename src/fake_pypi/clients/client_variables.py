"""The variables that give clients a token, or the plain-HTTP address of an index.

Over plain HTTP neither a proxy nor a certificate is needed, but most clients cannot do everything that way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

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
            raise UsageError(f"{name!r} is not a supported publishing tool", f"choose from {', '.join(by_name)}")
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
    """Return the variables that make clients use a PyPI; by default, those of all clients that have some.

    >>> env_for(["pipenv"], pypi_url="http://127.0.0.1:8080", token="")["PIPENV_PYPI_MIRROR"]
    'http://127.0.0.1:8080/simple'

    With `testpypi_url` the variables name both indexes, which most clients do not support. Raises `UsageError` for a
    client that is unknown or does not support it.
    """
    url = pypi_url.rstrip("/")
    values = {
        "upload_url": f"{url}/legacy/",
        "simple_url": f"{url}/simple/",
        "token": token,
        "testpypi_url": (testpypi_url or "").rstrip("/"),
        "testpypi_token": testpypi_token or "",
    }
    named = [_client(name) for name in tuple(clients) or _configurable()]
    return _filled(
        [{**_plain_http(client, both=bool(testpypi_url)), **client.token_variables} for client in named], values
    )


def env_for_server(
    clients: Iterable[str], *, upload_url: str, simple_url: str, username: str, password: str
) -> dict[str, str]:
    """Return the variables that make clients use a server that has no API tokens; by default, those of all clients.

    >>> env_for_server(["flit"], upload_url="http://[::1]/", simple_url="", username="u", password="")["FLIT_USERNAME"]
    'u'

    Raises `UsageError` for a client that is unknown or has no variable for an address.
    """
    values = {"upload_url": upload_url, "simple_url": simple_url, "username": username, "password": password}
    named = [_client(name) for name in tuple(clients) or _configurable()]
    return _filled([{**_plain_http(client, both=False), **client.password_variables} for client in named], values)


def _filled(templates: Iterable[Mapping[str, str]], values: Mapping[str, str]) -> dict[str, str]:
    env = {"NO_PROXY": _LOOPBACK, "no_proxy": _LOOPBACK}
    others = {"mirror_url": values["simple_url"].rstrip("/"), "devnull": os.devnull}
    for variables in templates:
        env |= {name: template.format(**values, **others) for name, template in variables.items()}
    return env


def _client(name: str) -> Client:
    for client in CLIENTS:
        if client.name == name:
            return client
    raise UsageError(f"{name!r} is not a supported client", f"choose from {', '.join(_configurable())}")


def _configurable() -> list[str]:
    return sorted(client.name for client in CLIENTS if client.plain_http)


def _plain_http(client: Client, *, both: bool) -> dict[str, str]:
    if not client.plain_http:
        raise UsageError(
            f"no variable tells {client.name} the address of an index", f"{client.no_plain_http}; use a shell"
        )
    if both and not client.plain_http_testpypi:
        raise UsageError(
            f"{client.name} has variables for one index only",
            "name one index, or use a shell, in which the real host names work",
        )
    return {**client.plain_http, **(client.plain_http_testpypi if both else {})}
