"""Exit codes and messages of commands that look for a running index."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.cli import main

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
