"""Advice that guides give and that never worked, or no longer does: it fails as it really does, and we say more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from fake_pypi.clients.advice import WRONG_ADVICE, advice_on
from fake_pypi.clients.shell import Shell
from fake_pypi.errors import CommandFailed
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.guides.screen import one_line

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Piece:
    """What a guide says, how it ends, what the reader sees, and what our report says to do instead."""

    typed: str
    code: int
    sees: str
    instead: str


PIECES = (
    Piece("twine upload --dry-run dist/*", 2, "unrecognized arguments: --dry-run", "`fake-pypi check dist/*`"),
    Piece("twine upload --yank dist/*", 2, "unrecognized arguments: --yank", "`fake-pypi yank NAME VERSION`"),
    Piece(
        "twine check --repository testpypi dist/*",
        2,
        "unrecognized arguments: --repository",
        "write `twine check dist/*`",
    ),
    Piece(
        "TWINE_USERNAME=__token__ TWINE_TEST_PASSWORD=$TEST_PYPI_API_TOKEN"
        " twine upload --non-interactive --repository testpypi dist/*",
        1,
        "NonInteractive: Credential not found for API token.",
        "set them to TestPyPI's token",
    ),
    Piece(
        "python -m pip search tide-tables",
        1,
        "PyPI no longer supports 'pip search'",
        "`pip index versions NAME`",
    ),
    Piece("python setup.py check --strict", 2, "can't open file", "`python -m build` builds"),
    Piece(
        "python -m pip install tide-tables==0.1.0-test.1",
        1,
        "Invalid requirement: 'tide-tables==0.1.0-test.1'",
        "0.1.0.dev1 (PEP 440)",
    ),
    Piece(
        "python -c \"from configparser import ConfigParser as C; c = C(); c.read('~/.pypirc'); print(c['pypi'])\"",
        1,
        "KeyError: 'pypi'",
        "Path.home() / '.pypirc'",
    ),
)


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.typed.partition(" dist")[0][-40:])
def test_wrong_advice_fails_as_it_really_does_and_is_put_right(
    indexes: FakeIndexes, project: Path, tokens: dict[str, str], piece: Piece
) -> None:
    shell = indexes.shell(credentials=False)
    (project / "dist").mkdir()
    wheel("tide-tables", "1.0.0").write_to(project / "dist")

    with pytest.raises(CommandFailed) as failed:
        shell.run(piece.typed, cwd=project, env=tokens)

    assert failed.value.returncode == piece.code
    assert piece.sees in one_line(f"{failed.value.stdout} {failed.value.stderr}")
    assert piece.instead in failed.value.advice
    assert str(failed.value).endswith(failed.value.advice)
    assert [index.project("tide-tables") for index in indexes.both] == [None, None]


def test_setup_py_check_still_runs_where_there_is_a_setup_py(shell: Shell, project: Path) -> None:
    (project / "setup.py").write_text("from setuptools import setup\n\nsetup()\n", encoding="utf-8")
    assert "running check" in shell.run("python setup.py check", cwd=project).stdout


def test_a_version_that_is_none_cannot_be_built_either(indexes: FakeIndexes, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        (project / "pyproject.toml").read_text(encoding="utf-8").replace("1.0.0", "0.1.0-test.1"),
        encoding="utf-8",
    )
    rejected = indexes.shell().run("python -m build --no-isolation", cwd=project, check=False)
    assert rejected.returncode == 1
    assert "0.1.0-test.1" in rejected.stdout + rejected.stderr


@pytest.mark.parametrize(
    "typed",
    [
        "twine upload dist/*",
        "twine check --strict dist/*",
        "twine upload --repository testpypi dist/*",
        "pip install hello==1.0.0",
        "pip install hello==1.0-1",
        "pip install hello==1.0-rc1",
        "pip install hello==1.0-beta.2",
        "pip index versions hello",
        "python -m build",
        "cat setup.py",
    ],
)
def test_good_advice_is_left_alone(typed: str) -> None:
    assert advice_on(typed) == ""


def test_every_piece_of_wrong_advice_is_tried() -> None:
    tried = {wrong.instead for wrong in WRONG_ADVICE for piece in PIECES if wrong.pattern.search(piece.typed)}
    assert tried == {wrong.instead for wrong in WRONG_ADVICE}
