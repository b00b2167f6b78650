"""A shell connected to a real proxy, with a small WSGI application in place of the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.clients.connection_settings import REAL_HOSTS, ConnectionSettings
from fake_pypi.clients.shell import Shell
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.proxy import Proxy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


@dataclass
class Notebook:
    """A WSGI application that answers `ok` and notes who asked for what."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read()
        self.asked.append((environ["REQUEST_METHOD"], environ["HTTP_HOST"], environ["PATH_INFO"]))
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def proxy(notebook: Notebook, authority: Authority) -> Iterator[Proxy]:
    with Proxy(dict.fromkeys(REAL_HOSTS, notebook), authority=authority) as proxy:
        yield proxy


@pytest.fixture
def connection(proxy: Proxy, authority: Authority, tmp_path: Path) -> ConnectionSettings:
    ca_pem = tmp_path / "ca.pem"
    ca_pem.write_bytes(authority.pem)
    return ConnectionSettings(
        proxy.url,
        ca_pem,
        pypi_url="http://127.0.0.1:1",
        testpypi_url="http://127.0.0.1:2",
        pypi_token="a token of PyPI",
        testpypi_token="a token of TestPyPI",
        control="http://127.0.0.1:3/_fake/api/v1/",
    )


@pytest.fixture
def shell(connection: ConnectionSettings, tmp_path: Path) -> Shell:
    return Shell(connection, directory=tmp_path / "shell")
