"""Publishing with poetry, as its documentation says: tokens in its configuration, TestPyPI as a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes
from tests.e2e.provision import programs_of

pytestmark = pytest.mark.slow


@pytest.fixture
def with_poetry(shell: Shell, tokens: dict[str, str]) -> dict[str, str]:
    return {**tokens, "PATH": f"{programs_of('poetry', 'newest')}:{shell.env['PATH']}"}


def test_configure_build_and_publish_to_both(
    shell: Shell, indexes: FakeIndexes, project: Path, with_poetry: dict[str, str]
) -> None:
    told = shell.script(
        """
        poetry config repositories.testpypi https://test.pypi.org/legacy/
        poetry config pypi-token.testpypi $TEST_PYPI_API_TOKEN
        poetry config pypi-token.pypi $PYPI_API_TOKEN
        poetry check
        poetry build
        poetry publish -r testpypi
        poetry publish --dry-run
        poetry publish
        """,
        cwd=project,
        env=with_poetry,
    ).stdout
    assert "Publishing tide-tables (1.0.0) to testpypi" in told
    for index in indexes.all:
        published = index.project("tide-tables")
        assert published is not None
        assert len(published.releases["1.0.0"].filenames) == 2
    assert sum(each.path == "/legacy/" for each in indexes.pypi.requests) == 2


def test_other_peoples_packages_are_locked_and_installed(
    shell: Shell, project: Path, with_poetry: dict[str, str]
) -> None:
    told = shell.script(
        """
        poetry lock
        poetry install --no-interaction
        poetry run tide-tables
        """,
        cwd=project,
        env=with_poetry,
    ).stdout
    assert "- Installing idna" in told
    assert "tide-tables 1.0.0, idna 3\n" in told
