"""The files for tox and nox that README.md shows can be read; tests/e2e/test_pages.py runs its tests and its script."""

from __future__ import annotations

from configparser import ConfigParser

import pytest

from tests.project.code_blocks import texts_on

PAGES = ["README.md", "docs/how-to/ci.md"]


@pytest.mark.parametrize("page", PAGES)
def test_the_session_for_nox_runs_the_command(page: str) -> None:
    [shown] = [block for block in texts_on(page, "python") if "@nox.session" in block]
    names: dict[str, object] = {}
    exec(compile(shown.replace("import nox\n", "").replace("@nox.session", ""), page, "exec"), names)
    rehearse = names["rehearse"]
    assert callable(rehearse)
    session = RecordedSession()
    rehearse(session)
    assert session.commands == [("install", "pytest-fake-pypi", "hatchling"), ("run", "fake-pypi", "rehearse")]


class RecordedSession:
    """What a session for nox is called with."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, ...]] = []

    def install(self, *words: str) -> None:
        """Record what is installed."""
        self.commands.append(("install", *words))

    def run(self, *words: str) -> None:
        """Record what is run."""
        self.commands.append(("run", *words))


@pytest.mark.parametrize("page", PAGES)
def test_the_environment_for_tox_can_be_read(page: str) -> None:
    parser = ConfigParser()
    parser.read_string("\n".join(texts_on(page, "ini")))
    assert parser["testenv:rehearse"]["commands"] == "fake-pypi rehearse"
