from __future__ import annotations

import pytest

from fake_pypi.workflows.running.run_secrets import is_for_testpypi, is_user_name, referenced_secrets


def test_references_are_found_in_every_spelling() -> None:
    text = "${{ secrets.PYPI_TOKEN }} ${{ secrets['OTHER-1'] }} secrets: inherit ${{ Secrets.lower }}"

    assert referenced_secrets(text) == {"PYPI_TOKEN", "OTHER-1", "lower"}


@pytest.mark.parametrize(("name", "is_test"), [("TEST_PYPI_TOKEN", True), ("TESTPYPI", True), ("PYPI_TOKEN", False)])
def test_the_name_tells_a_token_of_testpypi(name: str, is_test: bool) -> None:
    assert is_for_testpypi(name) is is_test


@pytest.mark.parametrize(("name", "is_user"), [("PYPI_USERNAME", True), ("TWINE_USER", True), ("PYPI_TOKEN", False)])
def test_the_name_tells_a_user_name(name: str, is_user: bool) -> None:
    assert is_user_name(name) is is_user
