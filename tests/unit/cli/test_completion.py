"""`fake-pypi completion`: the candidates for the word at the cursor."""

from __future__ import annotations

import pytest

from fake_pypi.cli import COMMANDS, main
from fake_pypi.rules.order import PYPI
from fake_pypi.web.faults.kinds import FAMILIES


def complete(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, list[str]]:
    """Return what the shell completes itself, and the candidates, for a line without the name of the program."""
    assert main(["completion", "candidates", "--", *line.split(" ")]) == 0
    kind, *lines = capsys.readouterr().out.splitlines()
    return kind, [line.partition("\t")[0] for line in lines]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("rehe", ["rehearse"]),
        ("rules duplicate-f", ["duplicate-file"]),
        ("check --without duplicate-s", ["duplicate-sdist"]),
        ("check --without=duplicate-s", ["--without=duplicate-sdist"]),
        ("reproduce duplicate-file --with ", ["twine", "uv"]),
        ("reproduce --with = tw", ["twine"]),  # the words of bash
        ("reproduce --with =", ["twine", "uv"]),
        ("env --client pipe", ["pipenv"]),
        ("fault a", ["add"]),
        ("fault add 503", ["503"]),
        ("fault --index pypi cl", ["clear"]),
        ("data reb", ["rebuild"]),
        ("serve --site dev", ["devpi"]),
        ("yank hello 1.0 --ind", ["--index"]),
        ("completion f", ["fish"]),
        ("no-such-command ", []),
        ("totp alice ", []),
    ],
)
def test_the_word_at_the_cursor_is_completed(
    line: str, expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert complete(line, capsys) == ("", expected)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("check ", "files"),
        ("check dist/one.whl ", "files"),
        ("workflow ", "files"),
        ("data check ", "folders"),
        ("serve --data ", "folders"),
        ("serve --record ", "files"),
        ("run -- ", "commands"),
        ("run -- twine upload ", "files"),
        ("rehearse --", ""),
    ],
)
def test_the_shell_completes_files_folders_and_programs(
    line: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complete(line, capsys)[0] == kind


def test_everything_there_is_a_list_of_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete("", capsys)[1] == list(COMMANDS)
    assert complete("rules ", capsys)[1] == [rule.id for rule in PYPI]
    kinds = [name for family in FAMILIES.values() for name in family]
    assert complete("serve --fault ", capsys)[1] == kinds


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_of_every_command_are_offered(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    kind, options = complete(f"{command} --", capsys)
    assert (kind, "--help" in options) == ("", True)


def test_another_shell_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["completion"]) == 2
    assert capsys.readouterr().err == "fake-pypi: there is no shell: choose from bash, zsh, fish\n"
