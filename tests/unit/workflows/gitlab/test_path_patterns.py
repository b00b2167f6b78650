from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_pypi.workflows.gitlab.path_patterns import matches_path


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("pyproject.toml", "pyproject.toml", True),
        ("*.toml", "sub/pyproject.toml", False),
        ("**/*.toml", "pyproject.toml", True),
        ("**/*.toml", "a/b/c.toml", True),
        ("src/**/*", "src/a", True),
        ("src/**", "src/a/b", True),
        ("src/*", "src/a/b", False),
        ("a?.[ch]", "ab.h", True),
        ("a?.[!ch]", "ab.h", False),
        ("*.{py,pyi}", "a.pyi", True),
        ("{a,b{c,d}}.txt", "bd.txt", True),
        (".*", ".hidden", True),
        ("*", ".hidden", True),
        (r"\*.txt", "*.txt", True),
        (r"\*.txt", "a.txt", False),
    ],
)
def test_patterns_match_as_in_ruby(pattern: str, path: str, expected: bool) -> None:
    assert matches_path(pattern, path) is expected


@given(st.text(alphabet="ab/*?[]{}!^-,\\.", max_size=20), st.text(alphabet="ab/.", max_size=8))
def test_any_pattern_can_be_compared(pattern: str, path: str) -> None:
    assert matches_path(pattern, path) in {True, False}
