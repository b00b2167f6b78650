"""The connection settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.connection_settings import ConnectionSettings


@pytest.fixture
def connection() -> ConnectionSettings:
    return ConnectionSettings(
        "http://127.0.0.1:8080",
        Path("ca.pem"),
        pypi_url="http://127.0.0.1:1",
        testpypi_url="http://127.0.0.1:2",
        pypi_token="a token of PyPI",
        testpypi_token="a token of TestPyPI",
        control="http://127.0.0.1:3/_fake/api/v1/",
        control_secret="a secret of the API",
    )


def test_tokens_and_the_control_secret_stay_out_of_the_repr(connection: ConnectionSettings) -> None:
    shown = repr(connection)
    assert "token of" not in shown
    assert "secret of" not in shown


def test_the_port_of_the_proxy_is_read_from_its_address(connection: ConnectionSettings) -> None:
    assert connection.proxy_port == 8080
