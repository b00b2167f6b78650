"""Print the variables with which another process uses a running `serve`: `eval "$(fake-pypi env)"`.

They give clients the plain-HTTP addresses and a token of PyPI, and name the control API with its secret; for a
`serve --site devpi` and the like, the addresses, user name and password of that server. With
`--real-hosts`, pypi.org and the other real host names are the running indexes instead, through their proxy and with the
certificate of their own authority; settings of clients that name other indexes are removed, HOME stays as it is.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fake_pypi.cli.index_choice import add_index_choice, index_choice
from fake_pypi.cli.index_documents import EnvDocument
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from fake_pypi.cli.index_choice import RunningIndexes
    from fake_pypi.clients.connection_settings import ConnectionSettings

FORMATS = ("sh", "dotenv")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi env`."""
    parser.add_argument("--real-hosts", action="store_true", help="variables that make pypi.org the running PyPI")
    parser.add_argument(
        "--client",
        action="append",
        default=[],
        metavar="CLIENT",
        help="only the variables of this client, as twine or uv; may be given again (default: all clients)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="sh",
        help="sh: `export NAME=value` for eval; dotenv: `NAME=value`, as for $GITHUB_ENV (default: sh)",
    )
    add_json(parser)
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Print the variables."""
    from fake_pypi.cli.running_indexes import find_indexes

    if options.real_hosts and options.client:
        raise UsageError("--client is for plain-HTTP addresses", "leave it out: every client uses the real host names")
    indexes = find_indexes(index_choice(options))
    if options.real_hosts and "pypi" not in indexes.addresses():
        raise UsageError(f"the server at {indexes} has no public host name", "leave --real-hosts out")
    variables = _real_hosts(indexes) if options.real_hosts else _plain_http(indexes, options.client)
    if options.json:
        print_json(EnvDocument(variables))
        return 0
    for line in _lines(variables, options.format):
        print(line)
    return 0


def _plain_http(indexes: RunningIndexes, clients: list[str]) -> dict[str, str | None]:
    from pathlib import Path

    from fake_pypi.clients.client_variables import env_for, env_for_server
    from fake_pypi.clients.connection_settings import address_variables, control_variables
    from fake_pypi.clients.environment import workflow_token_variables

    addresses = indexes.addresses()
    if "pypi" not in addresses:
        (server,) = addresses.values()
        names = ("upload_url", "simple_url", "username", "password")
        variables = env_for_server(clients, **{name: server[name] for name in names})
        control = control_variables(indexes.control.url, indexes.control.secret, indexes.id)
        return {**variables, "FAKE_PYPI_URL": server["url"], **control}
    connection = _connection(indexes, addresses, proxy_url="", ca_pem=Path())
    tokens = {"pypi": connection.pypi_token, "testpypi": connection.testpypi_token}
    return {
        **env_for(clients, pypi_url=connection.pypi_url, token=connection.pypi_token),
        **address_variables(connection),
        **workflow_token_variables(tokens),
    }


def _real_hosts(indexes: RunningIndexes) -> dict[str, str | None]:
    from fake_pypi.cli.running_indexes import private_folder
    from fake_pypi.clients.environment import environment_changes, workflow_token_variables

    real_hosts = indexes.call("GET", "real-hosts")
    folder = private_folder(f"env-{real_hosts['proxy_url'].rpartition(':')[2]}")
    ca_pem = folder / "ca.pem"
    ca_pem.write_text(real_hosts["authority"], encoding="ascii")
    hosts = tuple(real_hosts["hosts"])
    connection = _connection(
        indexes, indexes.addresses(), proxy_url=real_hosts["proxy_url"], ca_pem=ca_pem, hosts=hosts
    )
    tokens = {"pypi": connection.pypi_token, "testpypi": connection.testpypi_token}
    return {**environment_changes(connection, folder, os.environ), **workflow_token_variables(tokens)}


def _connection(
    indexes: RunningIndexes, addresses: Mapping[str, Mapping[str, str]], **settings: object
) -> ConnectionSettings:
    from fake_pypi.clients.connection_settings import ConnectionSettings

    return ConnectionSettings(
        pypi_url=addresses["pypi"]["url"],
        testpypi_url=addresses["testpypi"]["url"],
        pypi_token=addresses["pypi"]["token"],
        testpypi_token=addresses["testpypi"]["token"],
        control=indexes.control.url,
        control_secret=indexes.control.secret,
        control_id=indexes.id,
        **settings,  # type: ignore[arg-type]  # the caller passes the other fields
    )


def _lines(variables: dict[str, str | None], output_format: str) -> list[str]:
    """Return the lines to print; a variable of None is to be removed, which `dotenv` cannot express."""
    if output_format == "dotenv":
        return [f"{name}={value}" for name, value in variables.items() if value is not None]
    return [
        f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}" for name, value in variables.items()
    ]
