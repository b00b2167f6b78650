"""Which hosts an index on loopback answers to: a web page must not reach it by a name of its own (DNS rebinding)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_pypi.fake import FakeIndexes, FakePyPI
from fake_pypi.sites import SITES, Site
from tests.integration.serving.conftest import talk


@pytest.fixture(scope="module")
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as indexes:
        yield indexes
        assert indexes.servers.errors == []


def status(port: int, host: str | None, target: str = "/simple/") -> int:
    field = "" if host is None else f"Host: {host}\r\n"
    version = "1.0" if host is None else "1.1"
    return int(talk(port, f"GET {target} HTTP/{version}\r\n{field}Connection: close\r\n\r\n".encode()).split()[1])


OWN = [
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost:8080",
    "LOCALHOST",
    "pypi.localhost:8080",
    "test.PyPI.localhost.",
    "[::1]:8080",
    "127.0.0.2",
    "",
]
OTHERS = [
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "pypi.org.evil.example",
    "evil-pypi.org",
    "192.0.2.1",
    "0.0.0.0",
    "127.0.0.999",
    "[2001:db8::1]",
]


@pytest.mark.parametrize("host", OWN)
def test_loopback_hosts_are_answered(indexes: FakeIndexes, host: str) -> None:
    assert [status(index.port, host) for index in indexes.all] == [200, 200]


@pytest.mark.parametrize("site", SITES.values())
def test_an_index_serves_its_own_names_and_not_those_of_the_other(indexes: FakeIndexes, site: Site) -> None:
    ports = {index.site.name: index.port for index in indexes.all}
    for name in site.hosts.all:
        assert {other: status(port, name, "/_health/") for other, port in ports.items()} == {
            other: 200 if other == site.name else 421 for other in ports
        }


@pytest.mark.parametrize("host", OTHERS)
def test_other_hosts_are_rejected_in_one_line_with_a_remedy(indexes: FakeIndexes, host: str) -> None:
    answer = talk(indexes.pypi.port, f"GET /simple/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 421 ")
    assert body.count("\n") == 1
    assert f"use {indexes.pypi.url}, or allow other hosts" in body
    assert "evil" not in body


def test_the_host_of_a_whole_url_counts_and_not_the_field(indexes: FakeIndexes) -> None:
    port = indexes.pypi.port
    assert status(port, "127.0.0.1", "http://evil.example/simple/") == 421
    assert status(port, "evil.example", f"http://127.0.0.1:{port}/simple/") == 200


def test_a_request_without_a_host_is_answered(indexes: FakeIndexes) -> None:
    assert status(indexes.pypi.port, None) == 200


@pytest.mark.parametrize("host", ["[::1", "a b", "::1", "127.0.0.1:99999"])
def test_a_field_that_names_no_host_is_400(indexes: FakeIndexes, host: str) -> None:
    assert status(indexes.pypi.port, host) == 400


def test_uploads_and_the_identity_provider_are_rejected_too(indexes: FakeIndexes) -> None:
    port = indexes.pypi.port
    for target in ("/legacy/", "/_ci/github", "/pypi", "/_/oidc/mint-token"):
        request = f"POST {target} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
        assert talk(port, request.encode()).startswith(b"HTTP/1.1 421 ")


def test_the_control_api_serves_loopback_hosts_only(indexes: FakeIndexes) -> None:
    assert indexes.control
    port = indexes.servers.control.port
    for target in ("/_fake/health", "/_fake/openapi.json"):
        assert status(port, "127.0.0.1", target) == 200
        for host in ("evil.example", "pypi.org"):
            assert status(port, host, target) == 421


def test_a_single_index_rejects_other_hosts_too() -> None:
    with FakePyPI("testpypi") as index:
        assert (status(index.port, "test.pypi.org"), status(index.port, "evil.example")) == (200, 421)


def test_an_index_on_a_public_address_serves_every_host() -> None:
    with FakeIndexes(host="0.0.0.0", installed=False) as indexes:
        assert {status(index.port, "index.company.example") for index in indexes.all} == {200}
        assert status(indexes.pypi.port, "evil.example") == 200
        indexes.control  # noqa: B018 - opens the API
        assert status(indexes.servers.control.port, "evil.example") == 421
