"""Patterns of filters match as in GitHub's filter pattern cheat sheet."""

from __future__ import annotations

import pytest

from fake_pypi.workflows.github.filter_patterns import InvalidPattern, check_pattern, includes, matches


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("feature/*", "feature/my-branch", True),
        ("feature/*", "feature/beta-a/my-branch", False),
        ("feature/**", "feature/beta-a/my-branch", True),
        ("releases/mona-the-octocat", "releases/mona-the-octocat", True),
        ("*", "main", True),
        ("*", "all/the/branches", False),
        ("**", "all/the/branches", True),
        ("*feature", "ver-10-feature", True),
        ("v2*", "v2.9", True),
        ("v2*", "v1.9", False),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
        ("v[12].[0-9]+.[0-9]+", "v3.0.0", False),
        ("v[0-9]+.[0-9]+.[0-9]+", "v1.0.0rc1", False),
        ("v?1.0", "1.0", True),
        ("*.jsx?", "page.js", True),
        ("**.js", "js/index.js", True),
        ("docs/*", "docs/README.md", True),
        ("docs/**", "docs/mona/octocat.txt", True),
        ("**/README.md", "README.md", True),
        ("**/README.md", "js/README.md", True),
        ("**/docs/**", "dir/docs/my-file.txt", True),
        ("**/*src/**", "a/src/app.js", True),
        ("**/*-post.md", "my-post.md", True),
        ("**/migrate-*.sql", "db/migrate-v1.0.sql", True),
        ("1.0\\+local", "1.0+local", True),
        ("1.0+", "1.000", True),
        ("a.b", "axb", False),
    ],
)
def test_a_pattern_matches_the_names_of_the_cheat_sheet(pattern: str, name: str, expected: bool) -> None:
    assert matches(pattern, name) is expected


@pytest.mark.parametrize(
    ("patterns", "name", "expected"),
    [
        (["releases/**", "!releases/**-alpha"], "releases/10", True),
        (["releases/**", "!releases/**-alpha"], "releases/10-alpha", False),
        (["!releases/**-alpha", "releases/**"], "releases/10-alpha", True),
        (["v*", "!v*-*", "v*-rc*"], "v1-rc1", True),
        (["!v1"], "v2", False),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns: list[str], name: str, expected: bool) -> None:
    assert includes(patterns, name) is expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "the pattern '' is invalid: it is empty"),
        ("!", "the pattern '!' is invalid: it is empty"),
        ("+1", "the pattern '+1' is invalid: + follows no character"),
        ("v**+", "the pattern 'v**+' is invalid: + follows no character"),
        ("v[0-9", "the pattern 'v[0-9' is invalid: a ] is missing"),
        ("v[]", "the pattern 'v[]' is invalid: [] names no character"),
        ("v[9-0]", "the pattern 'v[9-0]' is invalid: [9-0] has a range that ends before it begins"),
    ],
)
def test_a_pattern_that_github_does_not_accept_is_an_error(pattern: str, message: str) -> None:
    with pytest.raises(InvalidPattern) as error:
        check_pattern(pattern)
    assert str(error.value).startswith(message)
