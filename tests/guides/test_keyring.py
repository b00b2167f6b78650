"""Tokens in the keyring: after `keyring set` twine does not prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes

pytestmark = pytest.mark.slow


def test_twine_finds_the_token_that_was_set(
    shell: Shell, indexes: FakeIndexes, project: Path, tokens: dict[str, str]
) -> None:
    told = shell.script(
        """
        echo $PYPI_API_TOKEN | keyring set https://upload.pypi.org/legacy/ __token__
        echo $TEST_PYPI_API_TOKEN | keyring set https://test.pypi.org/legacy/ __token__
        keyring get https://upload.pypi.org/legacy/ __token__
        uv build --quiet
        twine upload --repository testpypi --non-interactive dist/*
        twine upload --non-interactive dist/*
        keyring del https://upload.pypi.org/legacy/ __token__
        """,
        cwd=project,
        env=tokens,
    )
    assert told.stdout.startswith(f"{tokens['PYPI_API_TOKEN']}\n")
    assert [index.project("tide-tables") is not None for index in indexes.all] == [True, True]
    assert (shell.home / ".keyring.json").stat().st_mode & 0o777 == 0o600


def test_a_token_that_was_deleted_is_not_found(shell: Shell, tokens: dict[str, str]) -> None:
    gone = shell.script(
        """
        echo $PYPI_API_TOKEN | keyring set https://upload.pypi.org/legacy/ __token__
        keyring del https://upload.pypi.org/legacy/ __token__
        keyring get https://upload.pypi.org/legacy/ __token__
        """,
        env=tokens,
        check=False,
    )
    assert (gone.returncode, gone.stdout) == (1, "")


def test_each_shell_has_a_keyring_of_its_own(indexes: FakeIndexes) -> None:
    indexes.shell().run("echo secret | keyring set a-service somebody")
    assert indexes.shell().run("keyring get a-service somebody", check=False).returncode == 1


def test_isolated_interpreters_find_it_too(shell: Shell) -> None:
    shell.run("echo secret | keyring set a-service somebody")
    program = "import keyring; print(keyring.get_password('a-service', 'somebody'))"
    assert shell.run(["python", "-I", "-c", program]).stdout == "secret\n"
