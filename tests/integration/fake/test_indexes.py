"""The pair of indexes, and the sockets that outlive them."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import FakeIndexes, PortInUse, UploadRejected, UsageError, wheel
from fake_pypi.fake.data_maintenance import index_folders, problems
from fake_pypi.fake.session_servers import SessionServers
from fake_pypi.serving.server import Server
from fake_pypi.sites import OTHER_SERVERS


def test_the_two_share_nothing(tmp_path: Path) -> None:
    with FakeIndexes(installed=False) as indexes:
        indexes.testpypi.upload(wheel("hello", "1.0"))
        assert indexes.pypi.project("hello") is None
        with pytest.raises(UploadRejected, match="Invalid or non-existent authentication"):
            indexes.pypi.upload(wheel("hello", "1.0"), token=indexes.testpypi.token)
        assert indexes.all == (indexes.pypi, indexes.testpypi)
        assert repr(indexes) == f"<FakeIndexes {indexes.pypi.url} {indexes.testpypi.url}>"


def test_the_wiring_knows_every_real_name_and_both_tokens() -> None:
    with FakeIndexes(installed=False) as indexes:
        connection = indexes.connection()
        assert set(connection.hosts) >= {"pypi.org", "upload.pypi.org", "test.pypi.org", "files.pythonhosted.org"}
        assert (connection.pypi_url, connection.testpypi_url) == (indexes.pypi.url, indexes.testpypi.url)
        assert connection.pypi_token == indexes.pypi.token.secret
        assert connection.pypi_token not in repr(connection)
        assert indexes.connection(credentials=False).pypi_token == ""
        assert b"BEGIN CERTIFICATE" in connection.ca_pem.read_bytes()


def test_the_environment_does_not_change_home_and_its_folder_is_removed_at_the_end() -> None:
    with FakeIndexes(installed=False) as indexes:
        changes = indexes.environment()
        assert "HOME" not in changes
        assert "USERPROFILE" not in changes
        folders = list(indexes._folders)
        assert [folder.is_dir() for folder in folders] == [True]
    assert [folder.exists() for folder in folders] == [False]


def test_indexes_change_on_the_servers_of_a_session_and_the_addresses_stay() -> None:
    with closing(SessionServers()) as servers:
        seen = set()
        for _ in range(3):
            with FakeIndexes(servers=servers, installed=False) as indexes:
                assert indexes.pypi.project("hello") is None
                indexes.pypi.upload(wheel("hello", "1.0"))
                seen.add((indexes.pypi.url, indexes.testpypi.url, indexes.connection().proxy_url))
        assert len(seen) == 1
        assert servers.errors == []


def test_between_two_pairs_of_indexes_their_names_are_503() -> None:
    import http.client

    with closing(SessionServers()) as servers:
        FakeIndexes(servers=servers, installed=False).close()
        server = servers.indexes["pypi"]
        with closing(http.client.HTTPConnection(server.host, server.port)) as connection:
            connection.request("GET", "/simple/")
            assert connection.getresponse().status == 503


def test_session_servers_whose_second_port_is_in_use_close_the_first() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Server(lambda _environ, _start: []) as taken:
        with pytest.raises(PortInUse):
            SessionServers(port=port, testpypi_port=taken.port)
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_a_blocked_request_is_listed_once_and_forgotten_with_its_indexes() -> None:
    with closing(SessionServers()) as servers:
        for turn in (1, 2):
            with FakeIndexes(servers=servers, installed=False) as indexes:
                proxy = indexes.servers.proxy
                assert indexes.connection().hosts
                if turn == 1:
                    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                        client.sendall(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
                        assert client.recv(1000).split()[1] in {b"403", b"502", b"503"}
                assert len(indexes.blocked_requests) == (1 if turn == 1 else 0)


def statuses(indexes: FakeIndexes, proxy: str, authority: bytes) -> list[int]:
    """Ask for the same page in every way that leads to an index; `proxy` is the proxy's address."""
    import http.client
    import ssl
    from urllib.parse import urlsplit

    port = int(urlsplit(proxy).port or 0)
    trusted = ssl.create_default_context(cadata=authority.decode())
    tunnelled = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusted)
    tunnelled.set_tunnel("pypi.org", 443)
    direct = http.client.HTTPConnection("127.0.0.1", indexes.pypi.port, timeout=20)
    plain = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    found = []
    for connection, path in ((direct, "/simple/"), (plain, "http://pypi.org/simple/"), (tunnelled, "/simple/")):
        with closing(connection):
            connection.request("GET", path)
            found.append(connection.getresponse().status)
    return found


def test_a_closed_index_is_answered_for_on_every_socket() -> None:
    with closing(SessionServers()) as servers:
        with FakeIndexes(servers=servers, installed=False) as indexes:
            connection, pem = indexes.connection(), servers.authority.pem
            assert statuses(indexes, connection.proxy_url, pem) == [200, 200, 200]
        assert statuses(indexes, connection.proxy_url, pem) == [503, 503, 503]
        assert servers.errors == []


def test_a_connection_that_outlives_an_index_meets_the_next_one() -> None:
    import http.client

    with closing(SessionServers()) as servers:
        with closing(http.client.HTTPConnection("127.0.0.1", servers.indexes["pypi"].port, timeout=20)) as connection:
            seen = []
            for _ in range(2):
                with FakeIndexes(servers=servers, installed=False):
                    connection.request("GET", "/simple/")
                    seen.append(connection.getresponse().read() and 200)
                connection.request("GET", "/simple/")
                response = connection.getresponse()
                seen.append(response.status)
                response.read()
        assert (seen, servers.errors) == ([200, 503, 200, 503], [])


def test_the_control_api_of_closed_indexes_carries_nothing_out() -> None:
    import http.client
    from urllib.parse import urlsplit

    with closing(SessionServers()) as servers:
        with FakeIndexes(servers=servers, installed=False) as indexes:
            control = urlsplit(indexes.control)
        with closing(http.client.HTTPConnection("127.0.0.1", int(control.port or 0), timeout=20)) as connection:
            connection.request("POST", control.path, b'{"command": "yank", "project": "hello", "version": "1.0"}')
            assert connection.getresponse().status == 503
        assert servers.errors == []


def test_indexes_that_are_closed_late_leave_the_next_ones_on_the_sockets() -> None:
    with closing(SessionServers()) as servers:
        first = FakeIndexes(servers=servers, installed=False)
        first.connection()
        with FakeIndexes(servers=servers, installed=False) as second:
            connection = second.connection()
            first.close()
            assert statuses(second, connection.proxy_url, servers.authority.pem) == [200, 200, 200]


def test_an_upload_that_an_index_closes_under_is_no_error_of_ours() -> None:
    with closing(SessionServers()) as servers:
        with FakeIndexes(servers=servers, installed=False) as indexes:
            client = socket.create_connection(("127.0.0.1", indexes.pypi.port), timeout=20)
            head = b"POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            client.sendall(head + b"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 100 ")  # it waits for the form now
        part = b'--b\r\nContent-Disposition: form-data; name=":action"\r\n\r\nfile_upload\r\n--b--\r\n'
        client.sendall(part.ljust(100))
        with closing(client):
            assert client.recv(1000) == b""
        assert servers.errors == []


@pytest.mark.parametrize("site", sorted(OTHER_SERVERS))
def test_another_server_takes_the_place_of_both(site: str) -> None:
    with FakeIndexes(site=site) as indexes:
        (server,) = indexes.all
        server.upload(wheel("hello", "1.0"))
        before = indexes.snapshot()
        indexes.reset()
        assert server.project("hello") is None
        indexes.restore(before)
        assert server.project("hello") is not None
        assert repr(indexes) == f"<FakeIndexes {server.url}>"
        for use in (lambda: indexes.pypi, lambda: indexes.testpypi, indexes.shell, indexes.environment):
            with pytest.raises(UsageError):
                use()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"site": "pypi"}, "'pypi' is no other server: choose from pypiserver, devpi, gitlab, nexus"),
        ({"site": "devpi", "without": ["duplicate-file"]}, "devpi has no rules: leave without out"),
        ({"site": "nexus", "upstream": "https://pypi.org/simple/"}, "Nexus has no fallback packages"),
        ({"site": "gitlab", "testpypi_port": 1}, "GitLab has one address: leave testpypi_port out"),
    ],
)
def test_options_of_pypi_do_not_fit_another_server(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        FakeIndexes(**options)


def test_a_data_folder_holds_another_server_beside_the_pair(tmp_path: Path) -> None:
    with FakeIndexes(data=tmp_path / "data", installed=False) as indexes:
        indexes.pypi.upload(wheel("hello", "1.0"))
    with FakeIndexes(data=tmp_path / "data", site="devpi") as indexes:
        indexes.all[0].upload(wheel("hello", "2.0"))
    assert sorted(index_folders(tmp_path / "data")) == ["devpi", "pypi", "testpypi"]
    assert problems(tmp_path / "data" / "devpi") == []
