"""What of an installed release must be loadable, and what need not be."""

from __future__ import annotations

from typing import Any

import pytest

from fake_pypi.rehearsal.smoke_test import SmokeTest, main_modules


def module(name: str, error: str | None = None) -> dict[str, Any]:
    return {"module": name, "error": error, "missing": None}


def entry_point(group: str, value: str, error: str | None = None, missing: str | None = None) -> dict[str, Any]:
    return {"group": group, "name": "demo", "value": value, "error": error, "missing": missing}


@pytest.mark.parametrize(
    ("modules", "project", "main"),
    [
        (["black", "blackd", "_black_version", "blib2to3"], "black", {"black"}),
        (["dateutil"], "python-dateutil", {"dateutil"}),
        (["yaml", "_yaml"], "pyyaml", {"yaml", "_yaml"}),
        (["google.cloud.storage", "google.cloud.other"], "google-cloud-storage", {"google.cloud.storage"}),
        (["attr", "attrs"], "attrs", {"attrs"}),
        (["demo_core", "unrelated"], "demo", {"demo_core"}),
        ([], "demo", set()),
    ],
)
def test_main_modules_are_named_like_the_project(modules: list[str], project: str, main: set[str]) -> None:
    assert main_modules(modules, project) == main


def test_only_a_main_module_makes_the_release_unusable() -> None:
    result = SmokeTest.from_attempts([module("black", "E"), module("blackd", "E"), module("blib2to3")])
    assert [each.name for each in result.broken_modules("black")] == ["black"]
    assert [each.name for each in result.optional_modules("black", set())] == ["blackd"]


@pytest.mark.parametrize("group", ["console_scripts", "gui_scripts", "demo.plugins"])
def test_an_entry_point_that_cannot_be_loaded_makes_the_release_unusable(group: str) -> None:
    result = SmokeTest.from_attempts([module("demo"), entry_point(group, "demo:gone", "AttributeError")])
    [broken] = result.broken_entry_points(set())
    assert "`demo = demo:gone`" in str(broken)


def test_an_undeclared_dependency_of_a_script_makes_the_release_unusable() -> None:
    attempt = entry_point("console_scripts", "demo:main", "ModuleNotFoundError", "requests")
    assert SmokeTest.from_attempts([attempt]).broken_entry_points(set())


def test_a_plugin_without_its_host_program_is_not_a_failure() -> None:
    attempts = [module("demo"), entry_point("pytest11", "demo.plugin", "ModuleNotFoundError", "pytest")]
    result = SmokeTest.from_attempts(attempts)
    assert result.broken_entry_points(set()) == []
    assert list(result.unknown(set())) == [
        "whether the pytest11 entry point `demo = demo.plugin` can be loaded: pytest is not installed"
    ]


def test_a_module_of_the_project_that_is_missing_is_no_other_program() -> None:
    attempts = [module("demo"), entry_point("pytest11", "demo.plugin", "ModuleNotFoundError", "demo.plugin")]
    assert SmokeTest.from_attempts(attempts).broken_entry_points(set())


def test_an_entry_point_with_an_extra_counts_where_the_extra_is_installed() -> None:
    attempts = [
        module("demo"),
        module("demod", "ImportError"),
        entry_point("console_scripts", "demod:main [Color_ed]", "ImportError"),
    ]
    result = SmokeTest.from_attempts(attempts)
    assert result.broken_entry_points(set()) == []
    assert result.optional_modules("demo", set()) == []
    [line] = result.unknown(set())
    assert line.endswith("extra color-ed not installed (`--extra color-ed`)")
    assert result.broken_entry_points({"color-ed"})
    assert result.scripts() == ()


def test_a_module_of_another_project_is_told_from_those_of_the_release() -> None:
    attempts = [
        {"module": "demo", "error": "ModuleNotFoundError", "missing": "docutils.nodes"},
        {"module": "demo_tools", "error": "ModuleNotFoundError", "missing": "demo.gone"},
    ]
    result = SmokeTest.from_attempts(attempts)
    assert [result.foreign_module(failed) for failed in result.modules] == ["docutils.nodes", None]
