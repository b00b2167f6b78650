"""The command itself: exit codes, and one line for every mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi import __version__
from fake_pypi.cli import COMMANDS, main
from tests.unit.cli.serving import fake_pypi, own_place

WRONG = {
    "an unknown command": ["nonsense"],
    "an unknown option": ["serve", "--nonsense"],
    "an unknown option before the command": ["--nonsense"],
    "a port that is no number": ["serve", "--port", "eighty"],
    "a port that is none": ["serve", "--port", "99999"],
    "a negative port": ["serve", "--port", "-1"],
    "a host that is none": ["serve", "--host", "999.1.1.1"],
    "a wheelhouse that is no folder": ["serve", "--wheelhouse", "no/such/folder"],
    "an unknown rule to leave out": ["run", "--without", "no-such-rule", "--", "true"],
    "a yank without a version": ["yank", "hello"],
    "a yank of a file": ["yank", "hello", "1.0", "--file", "hello-1.0.tar.gz"],
    "a yank of nothing": ["yank"],
    "an index that is none": ["yank", "hello", "1.0", "--index", "npm"],
    "a revoke of nothing": ["token", "revoke"],
    "a token verb that is none": ["token", "frobnicate"],
    "an order with no index running": ["delete", "hello"],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_usage_is_exit_code_2_and_one_line_on_stderr(
    mistake: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FAKE_PYPI_CONTROL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = main(WRONG[mistake])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith("fake-pypi: ")
    assert len(said.err.splitlines()) == 1


def test_a_data_folder_that_is_a_file_is_exit_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["run", "--data", str(tmp_path / "file"), "--", "true"]) == 2
    assert "cannot be used: Not a directory" in capsys.readouterr().err


def test_without_a_command_the_help_is_shown_and_the_code_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "fake-pypi COMMAND" in capsys.readouterr().out


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in said] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"fake-pypi {command}" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"fake-pypi {__version__}\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that break")
def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "fake_pypi", "rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=own_place(tmp_path),
    )
    assert process.stdout is not None
    process.stdout.close()
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "fake_pypi", "rules"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            env=own_place(tmp_path),
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[:1] == [b"fake-pypi: [Errno 28] No space left on device"]
    assert b"Traceback" not in ended.stderr


def test_python_dash_m_is_the_same_command(tmp_path: Path) -> None:
    assert fake_pypi("--version", env=own_place(tmp_path)).stdout == f"fake-pypi {__version__}\n"
