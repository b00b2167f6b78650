"""Commands in guides that never worked, or no longer work: they fail, and the error names another command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.errors import CommandFailed
from fake_pypi.explain.known_client_errors import KNOWN_CLIENT_ERRORS
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.guides.screen import one_line

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class WrongCommand:
    """A command line of a guide, its exit code, its output, and what the error says to do instead."""

    command: str
    exit_code: int
    output: str
    advice: str


WRONG_COMMANDS = (
    WrongCommand("twine upload --dry-run dist/*", 2, "unrecognized arguments: --dry-run", "`fake-pypi check dist/*`"),
    WrongCommand("twine upload --yank dist/*", 2, "unrecognized arguments: --yank", "`fake-pypi yank NAME VERSION`"),
    WrongCommand(
        "twine check --repository testpypi dist/*",
        2,
        "unrecognized arguments: --repository",
        "Run `twine check dist/*`",
    ),
    WrongCommand(
        "TWINE_USERNAME=__token__ TWINE_TEST_PASSWORD=$TEST_PYPI_API_TOKEN"
        " twine upload --non-interactive --repository testpypi dist/*",
        1,
        "NonInteractive: Credential not found for API token.",
        "TWINE_PASSWORD to the TestPyPI token",
    ),
    WrongCommand(
        "python -m pip search tide-tables",
        1,
        "PyPI no longer supports 'pip search'",
        "`pip index versions NAME`",
    ),
    WrongCommand("python setup.py check --strict", 2, "can't open file", "`python -m build` builds"),
    WrongCommand(
        "python -m pip install tide-tables==0.1.0-test.1",
        1,
        "Invalid requirement: 'tide-tables==0.1.0-test.1'",
        "Write 0.1.0.dev1",
    ),
    WrongCommand(
        "python -c \"from configparser import ConfigParser as C; c = C(); c.read('~/.pypirc'); print(c['pypi'])\"",
        1,
        "KeyError: 'pypi'",
        "Path.home() / '.pypirc'",
    ),
)


@pytest.mark.parametrize("wrong", WRONG_COMMANDS, ids=lambda wrong: wrong.command.partition(" dist")[0][-40:])
def test_a_wrong_command_fails_and_the_error_names_the_remedy(
    indexes: FakeIndexes, project: Path, tokens: dict[str, str], wrong: WrongCommand
) -> None:
    shell = indexes.shell(credentials=False)
    (project / "dist").mkdir()
    wheel("tide-tables", "1.0.0").write_to(project / "dist")

    with pytest.raises(CommandFailed) as failed:
        shell.run(wrong.command, cwd=project, env=tokens)

    assert failed.value.returncode == wrong.exit_code
    assert wrong.output in one_line(f"{failed.value.stdout} {failed.value.stderr}")
    assert wrong.advice in failed.value.advice
    assert str(failed.value).endswith(failed.value.advice)
    assert [index.project("tide-tables") for index in indexes.all] == [None, None]


def test_setup_py_check_runs_if_there_is_a_setup_py(shell: Shell, project: Path) -> None:
    (project / "setup.py").write_text("from setuptools import setup\n\nsetup()\n", encoding="utf-8")
    assert "running check" in shell.run("python setup.py check", cwd=project).stdout


def test_an_invalid_version_cannot_be_built(indexes: FakeIndexes, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        (project / "pyproject.toml").read_text(encoding="utf-8").replace("1.0.0", "0.1.0-test.1"),
        encoding="utf-8",
    )
    rejected = indexes.shell().run("python -m build --no-isolation", cwd=project, check=False)
    assert rejected.returncode == 1
    assert "0.1.0-test.1" in rejected.stdout + rejected.stderr


def test_every_error_with_a_command_is_tried() -> None:
    errors = [error for error in KNOWN_CLIENT_ERRORS if error.command]
    tried = {error.id for error in errors for wrong in WRONG_COMMANDS if re.search(error.command, wrong.command)}
    assert tried == {error.id for error in errors}
