"""A matrix has the entries that GitHub's documentation gives for its examples."""

from __future__ import annotations

from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.matrix import combinations, title_of


def matrix_entries(matrix: dict[str, Any]) -> list[dict[str, Any]]:
    return [combination.entry for combination in combinations(matrix)]


def test_entries_are_all_combinations_in_the_order_of_the_file() -> None:
    entries = matrix_entries({"os": ["ubuntu-latest", "windows-latest"], "python": ["3.12", "3.13"]})
    assert [tuple(entry.values()) for entry in entries] == [
        ("ubuntu-latest", "3.12"),
        ("ubuntu-latest", "3.13"),
        ("windows-latest", "3.12"),
        ("windows-latest", "3.13"),
    ]


def test_include_extends_entries_and_adds_others() -> None:
    entries = matrix_entries(
        {
            "fruit": ["apple", "pear"],
            "animal": ["cat", "dog"],
            "include": [
                {"color": "green"},
                {"color": "pink", "animal": "cat"},
                {"fruit": "apple", "shape": "circle"},
                {"fruit": "banana"},
                {"fruit": "banana", "animal": "cat"},
            ],
        }
    )
    assert entries == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]


def test_exclude_needs_only_some_of_the_values() -> None:
    entries = matrix_entries(
        {
            "os": ["macos", "windows"],
            "version": [12, 14],
            "environment": ["staging", "production"],
            "exclude": [
                {"os": "macos", "version": 12, "environment": "production"},
                {"os": "windows", "version": 14},
            ],
        }
    )
    assert [tuple(entry.values()) for entry in entries] == [
        ("macos", 12, "staging"),
        ("macos", 14, "staging"),
        ("macos", 14, "production"),
        ("windows", 12, "staging"),
        ("windows", 12, "production"),
    ]


def test_a_matrix_of_includes_has_one_entry_for_each() -> None:
    assert matrix_entries({"include": [{"site": "production"}, {"site": "staging"}]}) == [
        {"site": "production"},
        {"site": "staging"},
    ]


def test_a_filter_compares_parts_of_mappings_as_expressions_do() -> None:
    platforms = [{"os": "Linux", "cpu": "x86"}, {"os": "macos", "cpu": "arm"}]
    matrix = {
        "platform": platforms,
        "python": [3.1, 3.13],
        "exclude": [{"platform": {"os": "MACOS"}, "python": "3.10"}],
    }
    assert [(entry["platform"]["os"], entry["python"]) for entry in matrix_entries(matrix)] == [
        ("Linux", 3.1),
        ("Linux", 3.13),
        ("macos", 3.13),
    ]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ({"a": "text"}, "the matrix variable 'a' has 'text': give it a list"),
        ({"a": []}, "Matrix vector 'a' does not contain any values"),
        ({"include": "x"}, "`include` of the matrix is not a list of mappings"),
        ({"a": [1], "exclude": [{"b": 1}]}, "Matrix exclude key 'b' does not match any key within the matrix: the"),
        ({"a": [1], "include": [{}]}, "an item of `include` of the matrix has no values"),
        ({"a": list(range(17)), "b": list(range(16))}, "the matrix has 272 entries: GitHub accepts 256"),
    ],
)
def test_a_matrix_that_github_does_not_accept_is_an_error(matrix: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        matrix_entries(matrix)
    assert str(error.value).startswith(message)


def test_the_title_has_the_values_of_the_entry() -> None:
    assert title_of("build", {"os": "ubuntu-latest", "python": 3.1, "x": {"a": [True]}}) == (
        "build (ubuntu-latest, 3.1, true)"
    )
    assert title_of("build", {}) == "build"
    assert title_of("build", {"a": "", "b": None}) == "build"
    assert title_of("build", {"a": "x" * 100}) == f"build ({'x' * 90}..."


def test_what_include_adds_is_not_in_the_title() -> None:
    added, own = combinations({"os": ["linux"], "include": [{"os": "linux", "docs": True}, {"os": "macos", "x": 1}]})
    assert (title_of("a", added.values), title_of("a", own.values)) == ("a (linux)", "a (macos, 1)")
