"""What cannot work in a shell: one clear line, the right exit code, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.shell import CompletedCommand, Shell
from fake_pypi.errors import CommandFailed
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel

FAKE_PYPI = [sys.executable, "-m", "fake_pypi", "run", "--"]
PATIENCE = 60
OF_THE_PROCESS = ("wheels-", "virtualenv-", "process.lock")
"""What is made once for a process and goes with it."""


@pytest.fixture(autouse=True)
def session_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Every temporary file of a test lands here, and has to be gone at its end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    below = [each.name for process in folder.iterdir() for each in process.iterdir()]
    assert [name for name in below if not name.startswith(OF_THE_PROCESS)] == []


@pytest.fixture
def shell() -> Iterator[Shell]:
    with FakeIndexes() as indexes:
        yield indexes.shell()


@pytest.mark.parametrize("command", ["no-such-client upload dist/*", ["no-such-client", "upload"]])
def test_a_command_that_does_not_exist(shell: Shell, command: str | list[str]) -> None:
    rejected = shell.run(command, check=False)
    assert rejected.returncode == 127
    assert rejected.stdout == ""
    assert rejected.stderr.count("\n") == 1
    assert rejected.stderr.endswith("no-such-client: command not found\n")


def test_a_client_that_is_not_installed_is_an_error_that_names_where_to_install_it(shell: Shell) -> None:
    with pytest.raises(CommandFailed) as failed:
        shell.run("poetry publish", env={"PATH": "/nowhere"})
    assert failed.value.returncode == 127
    assert str(failed.value).endswith(
        "exit code 127 means that there is no such command: install it into the environment that runs this"
    )


def test_a_command_that_does_not_exist_on_the_command_line(tmp_path: Path) -> None:
    rejected = subprocess.run([*FAKE_PYPI, "no-such-client"], check=False, capture_output=True, text=True)
    assert rejected.returncode == 127
    assert rejected.stderr == "no-such-client: command not found\n"


def test_a_file_that_is_no_program(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a program\n", encoding="utf-8")
    rejected = shell.run([str(tmp_path / "notes.txt")], check=False)
    assert rejected.returncode == 126
    assert rejected.stderr == f"{tmp_path / 'notes.txt'}: Permission denied\n"


def test_a_command_that_always_fails_gets_advice() -> None:
    words = [*FAKE_PYPI, "twine", "upload", "--dry-run", "dist/*"]
    rejected = subprocess.run(words, check=False, capture_output=True, text=True)
    assert rejected.returncode == 2
    assert rejected.stderr.splitlines()[-1].startswith("fake-pypi: twine has no --dry-run, ")


def test_the_proxy_is_taken_away_while_a_client_runs(tmp_path: Path) -> None:
    wheel("hello", "1.0").write_to(tmp_path / "dist")
    indexes = FakeIndexes()
    shell = indexes.shell()
    ended: list[subprocess.CompletedProcess[str]] = []
    script = "touch started; while [ ! -e go ]; do sleep 0.02; done; twine upload dist/*"
    running = threading.Thread(
        target=lambda: ended.append(shell.run(script, cwd=tmp_path, check=False, timeout=PATIENCE))
    )
    running.start()
    _wait_until((tmp_path / "started").exists)

    indexes.close()
    (tmp_path / "go").touch()
    running.join(PATIENCE)

    assert isinstance(ended[0], CompletedCommand)
    assert ended[0].returncode == 1
    assert ended[0].stderr.splitlines()[-1] == (
        "fake-pypi: the indexes of this shell are closed: keep them open until its commands have ended"
    )
    _wait_until(lambda: _processes_in(tmp_path) == [])


def test_a_command_after_the_end_is_the_same_error(tmp_path: Path) -> None:
    with FakeIndexes() as indexes:
        shell = indexes.shell()
    with pytest.raises(CommandFailed, match="the indexes of this shell are closed"):
        shell.run("curl --silent --fail https://pypi.org/simple/", cwd=tmp_path)


def test_what_a_failed_command_left_running_ends_with_it(shell: Shell, tmp_path: Path) -> None:
    shell.run("sleep 600 & false", cwd=tmp_path, check=False)
    _wait_until(lambda: _processes_in(tmp_path) == [])


def _wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def _processes_in(folder: Path) -> list[str]:
    """Return the processes whose working directory is a folder: those that a command has left running."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            dead = "State:\tZ" in (process / "status").read_text()
            if not dead and (process / "cwd").readlink() == folder:
                left.append((process / "cmdline").read_text())
        except OSError:
            continue
    return left
