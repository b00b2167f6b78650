"""The table of clients."""

from __future__ import annotations

from fake_pypi.clients.supported_clients import CLIENTS


def test_no_two_clients_have_the_same_name() -> None:
    names = [client.name for client in CLIENTS]
    assert sorted(set(names)) == sorted(names)


def test_no_two_clients_set_the_same_variable() -> None:
    names = [name for client in CLIENTS for name in client.variables]
    assert sorted(set(names)) == sorted(names)


def test_every_client_has_variables_for_plain_http_or_a_reason_but_not_both() -> None:
    default = type(CLIENTS[0])("any").no_plain_http
    assert [client.name for client in CLIENTS if client.plain_http and client.no_plain_http != default] == []
    assert [client.name for client in CLIENTS if not client.plain_http and not client.no_plain_http] == []


def test_variables_that_are_set_for_a_client_are_removed_from_the_users_environment() -> None:
    prefixes = tuple(prefix for client in CLIENTS for prefix in client.prefixes)
    names = {name for client in CLIENTS for name in (*client.token_variables, *client.plain_http)}
    assert [name for name in sorted(names) if not name.startswith(prefixes)] == []
