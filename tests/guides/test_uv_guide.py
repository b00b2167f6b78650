"""Publishing with uv: build, publish, run what was published."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel

pytestmark = pytest.mark.slow


def test_build_publish_and_run(shell: Shell, indexes: FakeIndexes, project: Path, tokens: dict[str, str]) -> None:
    told = shell.script(
        """
        uv build
        uv publish --publish-url https://test.pypi.org/legacy/ --token $TEST_PYPI_API_TOKEN
        sleep 60
        uvx --index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/ tide-tables
        UV_PUBLISH_TOKEN=$PYPI_API_TOKEN uv publish
        uvx tide-tables@latest
        uv tool install tide-tables
        tide-tables
        uv tool uninstall tide-tables
        """,
        cwd=project,
        env=tokens,
    )
    assert told.stdout.count("tide-tables 1.0.0, idna 3\n") == 3
    assert [index.project("tide-tables") is not None for index in indexes.all] == [True, True]


def test_a_named_index_in_the_projects_own_configuration(
    shell: Shell, indexes: FakeIndexes, project: Path, tokens: dict[str, str]
) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[[tool.uv.index]]\nname = "testpypi"\nurl = "https://test.pypi.org/simple/"\n'
            'publish-url = "https://test.pypi.org/legacy/"\nexplicit = true\n'
        )
    shell.script(
        """
        uv build --quiet
        uv publish --index testpypi --token $TEST_PYPI_API_TOKEN
        uv publish --index testpypi --token $TEST_PYPI_API_TOKEN
        """,
        cwd=project,
        env=tokens,
    )
    assert indexes.testpypi.project("tide-tables") is not None
    assert indexes.pypi.project("tide-tables") is None


def test_testpypi_alone_lacks_the_dependency(shell: Shell, project: Path, tokens: dict[str, str]) -> None:
    rejected = shell.script(
        """
        uv build --quiet
        uv publish --publish-url https://test.pypi.org/legacy/ --token $TEST_PYPI_API_TOKEN
        uvx --index-url https://test.pypi.org/simple/ tide-tables --version
        """,
        cwd=project,
        env=tokens,
        check=False,
    )
    assert rejected.returncode == 1
    assert "idna was not found in the package registry" in rejected.stderr


def test_twine_comes_from_the_index_as_well(shell: Shell, project: Path, tokens: dict[str, str]) -> None:
    told = shell.script(
        """
        uv venv --quiet
        source .venv/bin/activate
        uv build --quiet
        uv pip install --quiet twine
        .venv/bin/twine check dist/*
        .venv/bin/twine upload --username __token__ --password $PYPI_API_TOKEN dist/*
        """,
        cwd=project,
        env=tokens,
    ).stdout
    assert told.count("PASSED") == 2
    assert "https://pypi.org/project/tide-tables/1.0.0/" in told


def test_check_url_skips_existing_files_and_rejects_different_ones(
    shell: Shell, project: Path, tokens: dict[str, str]
) -> None:
    publish = "uv publish --check-url https://pypi.org/simple/ --token $PYPI_API_TOKEN dist/*.whl"
    shell.run(f"uv build --quiet && {publish}", cwd=project, env=tokens)
    again = shell.run(publish, cwd=project, env=tokens)
    assert "File tide_tables-1.0.0-py3-none-any.whl already exists, skipping" in again.stderr
    wheel("tide-tables", "1.0.0").write_to(project / "dist")
    rejected = shell.run(publish, cwd=project, env=tokens, check=False)
    assert rejected.returncode == 2
    assert "Local file and index file do not match" in rejected.stderr
