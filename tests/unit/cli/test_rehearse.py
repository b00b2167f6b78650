"""`fake-pypi rehearse` and `fake-pypi wheelhouse`: wrong usage is one line and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.cli import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "hello"\nversion = "1.0"\n')
    return tmp_path


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The only line that a command prints, on standard error."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    return line


@pytest.mark.parametrize("command", [["rehearse"], ["wheelhouse"]])
def test_a_folder_without_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    more = [str(tmp_path / "wheels")] if command == ["wheelhouse"] else []
    assert "neither pyproject.toml nor setup.py" in complaint(capsys, *command, str(tmp_path), *more)


def test_a_broken_pyproject(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text("[project\n")
    assert "is not valid TOML" in complaint(capsys, "rehearse", str(project))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--dist", "nowhere"], "no wheel and no sdist"),
        (["--wheelhouse", "nowhere"], "is not a directory"),
        (["--without", "no-such-rule"], "there is no rule"),
        (["--pass-env", "DEMO=1"], "is not the name of a variable"),
        (["--build", "everything"], "invalid choice"),
        (["here", "there"], "there is no folder"),
        (["--report", "out.txt"], "no known ending"),
        (["--report", "."], "no known ending"),
    ],
)
def test_invalid_options_are_wrong_usage(
    project: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    assert says in complaint(capsys, "rehearse", str(project), *options)


def test_a_wheelhouse_that_is_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = project / "pyproject.toml"
    assert "is not a folder" in complaint(capsys, "wheelhouse", str(project), str(target))


def test_too_many_folders(capsys: pytest.CaptureFixture[str]) -> None:
    assert "too many" in complaint(capsys, "wheelhouse", "a", "b", "c")
