"""The connection settings."""

from __future__ import annotations

from fake_pypi.clients.connection import ConnectionSettings


def test_tokens_and_the_control_secret_stay_out_of_the_repr(connection: ConnectionSettings) -> None:
    shown = repr(connection)
    assert "token of" not in shown
    assert "secret" not in shown


def test_the_port_of_the_proxy_is_read_from_its_address(connection: ConnectionSettings) -> None:
    assert connection.proxy_url == f"http://127.0.0.1:{connection.proxy_port}"
