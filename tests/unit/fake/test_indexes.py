"""The pair of indexes, and the sockets that outlive them."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, PortInUse, UploadRefused, wheel
from fake_pypi.fake.stage import Stage
from fake_pypi.serving.server import Server


def test_the_two_share_nothing(tmp_path: Path) -> None:
    with FakeIndexes(installed=False) as indexes:
        indexes.testpypi.upload(wheel("hello", "1.0"))
        assert indexes.pypi.project("hello") is None
        with pytest.raises(UploadRefused, match="Invalid or non-existent authentication"):
            indexes.pypi.upload(wheel("hello", "1.0"), token=indexes.testpypi.token)
        assert indexes.both == (indexes.pypi, indexes.testpypi)
        assert repr(indexes) == f"<FakeIndexes {indexes.pypi.url} {indexes.testpypi.url}>"


def test_the_wiring_knows_every_real_name_and_both_tokens() -> None:
    with FakeIndexes(installed=False) as indexes:
        wiring = indexes.wiring()
        assert set(wiring.hosts) >= {"pypi.org", "upload.pypi.org", "test.pypi.org", "files.pythonhosted.org"}
        assert (wiring.pypi_url, wiring.testpypi_url) == (indexes.pypi.url, indexes.testpypi.url)
        assert wiring.pypi_token == indexes.pypi.token.secret
        assert wiring.pypi_token not in repr(wiring)
        assert indexes.wiring(credentials=False).pypi_token == ""
        assert b"BEGIN CERTIFICATE" in wiring.ca_pem.read_bytes()


def test_the_environment_leaves_home_alone_and_its_folder_goes_at_the_end() -> None:
    with FakeIndexes(installed=False) as indexes:
        changes = indexes.environment()
        assert "HOME" not in changes
        assert "USERPROFILE" not in changes
        folders = list(indexes._folders)
        assert [folder.is_dir() for folder in folders] == [True]
    assert [folder.exists() for folder in folders] == [False]


def test_worlds_change_on_a_stage_and_the_addresses_stay() -> None:
    with closing(Stage()) as stage:
        seen = set()
        for _ in range(3):
            with FakeIndexes(stage=stage, installed=False) as indexes:
                assert indexes.pypi.project("hello") is None
                indexes.pypi.upload(wheel("hello", "1.0"))
                seen.add((indexes.pypi.url, indexes.testpypi.url, indexes.wiring().proxy_url))
        assert len(seen) == 1
        assert stage.errors == []


def test_between_two_worlds_nobody_answers_in_their_name() -> None:
    import http.client

    with closing(Stage()) as stage:
        FakeIndexes(stage=stage, installed=False).close()
        server = stage.servers["pypi"]
        with closing(http.client.HTTPConnection(server.host, server.port)) as connection:
            connection.request("GET", "/simple/")
            assert connection.getresponse().status == 503


def test_a_stage_whose_second_port_is_taken_closes_the_first() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Server(lambda _environ, _start: []) as taken:
        with pytest.raises(PortInUse):
            Stage(port=port, testpypi_port=taken.port)
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_an_attempt_to_leave_is_told_once_and_forgotten_with_its_world() -> None:
    with closing(Stage()) as stage:
        for turn in (1, 2):
            with FakeIndexes(stage=stage, installed=False) as indexes:
                proxy = indexes.stage.proxy
                assert indexes.wiring().hosts
                if turn == 1:
                    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                        client.sendall(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
                        assert client.recv(1000).split()[1] in {b"403", b"502", b"503"}
                assert len(indexes.attempts) == (1 if turn == 1 else 0)
