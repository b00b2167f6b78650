"""How a command finds the running indexes, and what it does not take for one."""

from __future__ import annotations

import http.server
import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, UsageError
from fake_pypi.cli import main, running_indexes
from fake_pypi.cli.control_client import CommandRejected, NoServerRunning
from fake_pypi.cli.running_indexes import find_indexes, registered
from fake_pypi.packages.wheel import wheel


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    for name in ("FAKE_PYPI_CONTROL", "FAKE_PYPI_CONTROL_SECRET", "FAKE_PYPI_INDEXES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"))
        yield opened


def folder() -> Path:
    """The folder in which an index would announce itself, as it was left."""
    return running_indexes._folders()[0]


def notes() -> list[Path]:
    return sorted(folder().iterdir())


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def yank(version: str = "1.0") -> None:
    find_indexes().call("POST", "pypi", "projects", "hello", "releases", version, "yank")


def leave_note(address: str, name: str = "1.json", secret: str = "secret") -> Path:
    folder().mkdir(mode=0o700, exist_ok=True)
    note = folder() / name
    note.write_text(json.dumps({"control": address, "secret": secret}), encoding="utf-8")
    return note


def yanked(indexes: FakeIndexes) -> bool:
    project = indexes.pypi.project("hello")
    assert project is not None
    return project.releases["1.0"].yanked


def test_a_command_reaches_registered_indexes(indexes: FakeIndexes) -> None:
    with registered(indexes.control, indexes.control_secret):
        yank()
    assert yanked(indexes)
    assert notes() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_registration_is_readable_for_this_user_only(indexes: FakeIndexes) -> None:
    with registered(indexes.control, indexes.control_secret):
        note, secret = notes()
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (note, secret, note.parent)]
        assert secret.read_text(encoding="utf-8") == f"{indexes.control_secret}\n"
    assert modes == [0o600, 0o600, 0o700]


needs_modes = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")


def _open_to_others() -> None:
    folder().mkdir()
    folder().chmod(0o777)


def _a_link() -> None:
    elsewhere = folder().with_name("elsewhere")
    elsewhere.mkdir(mode=0o700)
    folder().symlink_to(elsewhere)


def _a_file() -> None:
    folder().touch(mode=0o600)


def _a_dangling_link() -> None:
    folder().symlink_to("nowhere")


NOT_OURS = [_open_to_others, _a_link, _a_file, _a_dangling_link]


@needs_modes
@pytest.mark.parametrize("somebody_makes", NOT_OURS, ids=lambda make: make.__name__)
def test_a_folder_of_another_user_is_not_read(somebody_makes: Callable[[], None]) -> None:
    somebody_makes()
    with pytest.raises(UsageError, match="belongs to another user or is writable for others: remove it, or set"):
        yank()


@needs_modes
@pytest.mark.parametrize("somebody_makes", NOT_OURS, ids=lambda make: make.__name__)
def test_a_server_starts_in_spite_of_such_a_folder_and_warns_in_one_line(
    somebody_makes: Callable[[], None], indexes: FakeIndexes, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody_makes()
    with registered(indexes.control, indexes.control_secret):
        pass
    error = capsys.readouterr().err
    assert error.startswith("fake-pypi: `fake-pypi yank` and similar commands cannot find this server: ")
    assert (error.count("\n"), str(folder()) in error, "XDG_RUNTIME_DIR" in error) == (1, True, True)
    assert indexes.control_secret not in error


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_of_another_user_is_not_used(indexes: FakeIndexes, capsys: pytest.CaptureFixture[str]) -> None:
    folder().mkdir(mode=0o700)
    os.chown(folder(), 65534, 65534)
    with registered(indexes.control, indexes.control_secret):
        assert notes() == []
    assert "belongs to another user" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_a_warning_of_one_line(
    indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "is not there"))
    with registered(indexes.control, indexes.control_secret):
        pass
    error = capsys.readouterr().err
    assert ("cannot find this server" in error, error.count("\n")) == (True, 1)


@needs_modes
def test_the_runtime_folder_of_the_user_comes_first(
    indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    folder().symlink_to("made by somebody else")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with registered(indexes.control, indexes.control_secret):
        assert {note.parent for note in notes()} == {runtime / "fake-pypi"}
        yank()
    assert yanked(indexes)


@needs_modes
def test_a_server_that_was_started_without_a_runtime_folder_is_found_as_well(
    indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with registered(indexes.control, indexes.control_secret):
        (tmp_path / "runtime").mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
        yank()
    assert yanked(indexes)


@needs_modes
@pytest.mark.parametrize("named", ["relative", "open to others", "not there"])
def test_a_runtime_folder_of_another_user_is_ignored(
    named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "open to others").mkdir()
    (tmp_path / "open to others").chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", named if named == "relative" else str(tmp_path / named))
    assert folder().parent == tmp_path


def test_the_variable_of_the_shell_comes_first(indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_note(f"http://127.0.0.1:{closed_port()}/")
    monkeypatch.setenv("FAKE_PYPI_CONTROL", indexes.control)
    monkeypatch.setenv("FAKE_PYPI_CONTROL_SECRET", indexes.control_secret)
    monkeypatch.setenv("FAKE_PYPI_INDEXES", indexes.control_id)
    yank()
    assert yanked(indexes)


def test_the_registration_of_a_killed_server_is_ignored_and_removed(indexes: FakeIndexes) -> None:
    with registered(indexes.control, indexes.control_secret):
        stale = leave_note(f"http://127.0.0.1:{closed_port()}/", "999999.json")
        later = stale.stat().st_mtime + 100
        os.utime(stale, (later, later))
        yank()
    assert yanked(indexes)
    assert notes() == []


@pytest.mark.parametrize("words", ["", "no json", "[]", "{}", '{"control": 7}', '{"control": "no address"}'])
def test_an_invalid_registration_is_ignored_and_removed(words: str) -> None:
    leave_note("").write_text(words, encoding="utf-8")
    with pytest.raises(NoServerRunning, match="no index is running: run `fake-pypi serve`"):
        yank()
    assert notes() == []


def test_another_program_on_the_port_is_not_taken_for_an_index() -> None:
    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.end_headers()
            self.wfile.write(b"<html>nothing here</html>")

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        leave_note(f"http://127.0.0.1:{server.server_port}/")
        with pytest.raises(NoServerRunning):
            yank()
        server.shutdown()


def test_without_running_indexes_the_error_names_the_remedy() -> None:
    with pytest.raises(NoServerRunning, match=r"inside `fake-pypi run`"):
        yank()


def test_a_command_that_fails_is_rejected_with_the_possible_values(indexes: FakeIndexes) -> None:
    with (
        registered(indexes.control, indexes.control_secret),
        pytest.raises(CommandRejected, match=r"no release of hello '2\.0'; there is: 1\.0"),
    ):
        yank("2.0")


def test_a_proxy_in_the_environment_is_not_used(indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with registered(indexes.control, indexes.control_secret):
        yank()
    assert yanked(indexes)


@pytest.fixture
def others() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"))
        yield opened


@pytest.fixture
def both_registered(indexes: FakeIndexes, others: FakeIndexes) -> Iterator[None]:
    with registered(indexes.control, indexes.control_secret):
        other_note = leave_note(others.control, "999999.json", others.control_secret)
        yield
        other_note.unlink()


@pytest.mark.usefixtures("both_registered")
@pytest.mark.parametrize("command", [["yank", "hello", "1.0"], ["token", "create"]], ids=lambda command: command[0])
def test_with_two_servers_a_command_needs_a_choice(
    command: list[str], indexes: FakeIndexes, others: FakeIndexes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    told = capsys.readouterr().err
    assert "several indexes are running" in told
    assert indexes.pypi.url in told
    assert others.pypi.url in told
    assert "--url or --port" in told
    assert len(told.splitlines()) == 1
    assert not yanked(indexes)
    assert not yanked(others)


@pytest.mark.usefixtures("both_registered")
def test_one_of_two_servers_is_named_by_its_url_or_port(indexes: FakeIndexes, others: FakeIndexes) -> None:
    assert main(["yank", "hello", "1.0", "--url", f"{others.pypi.url}/"]) == 0
    assert [yanked(indexes), yanked(others)] == [False, True]
    assert main(["yank", "hello", "1.0", "--port", str(indexes.testpypi.port)]) == 0
    assert yanked(indexes)


def test_an_address_where_none_is_running_is_wrong_usage(
    indexes: FakeIndexes, capsys: pytest.CaptureFixture[str]
) -> None:
    with registered(indexes.control, indexes.control_secret):
        assert main(["yank", "hello", "1.0", "--port", str(closed_port())]) == 2
    assert f"choose from {indexes.pypi.url}" in capsys.readouterr().err
    assert not yanked(indexes)


def test_a_user_without_a_name_has_a_folder_on_windows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def get_user_as_windows_does() -> str:
        raise ImportError("No module named 'pwd'")

    monkeypatch.setattr("getpass.getuser", get_user_as_windows_does)
    monkeypatch.delattr(os, "getuid", raising=False)
    assert running_indexes._folders()[-1].name == "fake-pypi-running-user"
