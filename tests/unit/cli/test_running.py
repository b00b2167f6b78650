"""How a command finds the indexes that run, and whom it does not mistake for them."""

from __future__ import annotations

import http.server
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, UsageMistake
from fake_pypi.cli import running
from fake_pypi.cli.running import NobodyThere, OrderRefused, announced, order
from fake_pypi.packages.wheel import wheel


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("FAKE_PYPI_CONTROL", raising=False)


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"))
        yield opened


def notes() -> list[Path]:
    return sorted(running._notes().iterdir())


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def leave_note(address: str, name: str = "1.json") -> Path:
    note = running._notes() / name
    note.write_text(json.dumps({"control": address}), encoding="utf-8")
    return note


def yanked(indexes: FakeIndexes) -> bool:
    project = indexes.pypi.project("hello")
    assert project is not None
    return project.releases["1.0"].yanked


def test_an_order_reaches_the_indexes_that_announced_themselves(indexes: FakeIndexes) -> None:
    with announced(indexes.control):
        assert order(do="yank", project="hello", version="1.0") == "done"
    assert yanked(indexes)
    assert notes() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_note_is_for_this_user_alone(indexes: FakeIndexes) -> None:
    with announced(indexes.control):
        (note,) = notes()
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (note, note.parent)]
    assert modes == [0o600, 0o700]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_folder_that_others_may_write_to_is_not_trusted() -> None:
    running._notes().chmod(0o777)
    with pytest.raises(UsageMistake, match="open to others"):
        order(do="yank", project="hello", version="1.0")


def test_the_variable_of_the_shell_comes_first(indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_note(f"http://127.0.0.1:{closed_port()}/secret")
    monkeypatch.setenv("FAKE_PYPI_CONTROL", indexes.control)
    order(do="yank", project="hello", version="1.0")
    assert yanked(indexes)


def test_the_note_of_a_killed_server_is_passed_over_and_removed(indexes: FakeIndexes) -> None:
    with announced(indexes.control):
        stale = leave_note(f"http://127.0.0.1:{closed_port()}/secret", "999999.json")
        later = stale.stat().st_mtime + 100
        os.utime(stale, (later, later))
        order(do="yank", project="hello", version="1.0")
    assert yanked(indexes)
    assert notes() == []


@pytest.mark.parametrize("words", ["", "no json", "[]", "{}", '{"control": 7}', '{"control": "no address"}'])
def test_a_note_that_says_nothing_is_passed_over_and_removed(words: str) -> None:
    leave_note("").write_text(words, encoding="utf-8")
    with pytest.raises(NobodyThere, match="no index is running: run `fake-pypi serve`"):
        order(do="yank", project="hello", version="1.0")
    assert notes() == []


def test_another_program_on_the_port_is_not_taken_for_an_index() -> None:
    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(404)
            self.end_headers()
            self.wfile.write(b"<html>nothing here</html>")

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        leave_note(f"http://127.0.0.1:{server.server_port}/secret")
        with pytest.raises(NobodyThere):
            order(do="yank", project="hello", version="1.0")
        server.shutdown()


def test_with_nobody_there_the_mistake_says_what_to_do() -> None:
    with pytest.raises(NobodyThere, match=r"inside `fake-pypi run`"):
        order(do="yank", project="hello", version="1.0")


def test_an_order_that_cannot_be_carried_out_is_refused_with_what_is_there(indexes: FakeIndexes) -> None:
    with announced(indexes.control), pytest.raises(OrderRefused, match=r"no release of hello '2\.0'; there is: 1\.0"):
        order(do="yank", project="hello", version="2.0")


def test_a_proxy_in_the_environment_is_not_asked(indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with announced(indexes.control):
        order(do="yank", project="hello", version="1.0")
    assert yanked(indexes)
