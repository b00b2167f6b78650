"""Warnings about files that PyPI would accept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_pypi import sdist, wheel
from fake_pypi.rehearsal.lint import lint
from tests.unit.rehearsal.test_built_release import FINE, built


def test_a_correct_release_has_no_warnings(tmp_path: Path) -> None:
    assert lint(built(tmp_path, wheel("hello", "1.0", **FINE), sdist("hello", "1.0", **FINE))) == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"description": ""}, "has no description"),
        ({"summary": ""}, "has no summary"),
        ({"files": {"tests/__init__.py": ""}}, "installs a top-level 'tests'"),
        ({"files": {"hello/__pycache__/a.cpython-311.pyc": ""}}, "contains compiled files"),
        ({"files": {"hello/.env": ""}}, "contains possible secrets: hello/.env"),
        ({"files": {"hello/.git/config": ""}}, "contains files of the repository"),
    ],
)
def test_a_suspicious_file_is_a_warning(tmp_path: Path, changes: dict[str, Any], text: str) -> None:
    [warning] = lint(built(tmp_path, wheel("hello", "1.0", **{**FINE, **changes})))
    assert text in warning


def test_what_looks_like_a_secret_among_the_fixtures_of_tests_is_no_warning(tmp_path: Path) -> None:
    files = {"hello/tests/fixtures/.netrc": "", "hello/testdata/.env": ""}
    assert lint(built(tmp_path, wheel("hello", "1.0", **FINE, files=files))) == []


def test_different_metadata_of_sdist_and_wheel_is_a_warning(tmp_path: Path) -> None:
    one = wheel("hello", "1.0", **FINE, dependencies=["rich"], metadata_version="2.2")
    other = sdist("hello", "1.0", **FINE, dependencies=["click"], metadata_version="2.2")
    [warning] = lint(built(tmp_path, one, other))
    assert warning == "hello-1.0.tar.gz and hello-1.0-py3-none-any.whl have different values of Requires-Dist"
