from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.workflows.running.runner_python import NoSuchPython, find_python, wanted_minors


@pytest.mark.parametrize(
    ("version", "newest"),
    [
        ("3.12", [12]),
        ("3.9", [9]),
        ("3.12.4", [12]),
        ("3.12.x", [12]),
        ("3.15-dev", [15]),
        ("3.13t", [13]),
        ("pypy3.10", [10]),
        ("pypy-3.10-v7.3", [10]),
        ("3.10 - 3.12", None),
    ],
)
def test_a_version_allows_its_minor_version(version: str, newest: list[int] | None) -> None:
    if newest is None:
        with pytest.raises(NoSuchPython):
            wanted_minors(version)
    else:
        assert wanted_minors(version) == newest


@pytest.mark.parametrize(("version", "first"), [("3.x", 14), ("3", 14), (">=3.10,<3.13", 12), (">=3.11 <3.14", 13)])
def test_a_range_prefers_the_newest_released_version(version: str, first: int) -> None:
    assert wanted_minors(version)[0] == first


def test_a_number_that_lost_its_zero_is_explained() -> None:
    with pytest.raises(NoSuchPython, match=r"YAML reads 3\.10 without quotes as the number 3\.1"):
        wanted_minors("3.1")


@pytest.mark.parametrize("version", ["2.7", "3.99", "newest", ">=4"])
def test_a_version_that_does_not_exist_is_refused(version: str) -> None:
    with pytest.raises(NoSuchPython):
        wanted_minors(version)


def test_the_running_interpreter_is_preferred() -> None:
    running = ".".join(map(str, sys.version_info[:3]))

    assert find_python([sys.version_info[1]], {}) == (sys.executable, running)


def test_a_version_that_is_not_installed_is_not_found(tmp_path: Path) -> None:
    variables = {"PATH": str(tmp_path), "HOME": str(tmp_path), "AGENT_TOOLSDIRECTORY": str(tmp_path)}

    assert find_python([6], variables) is None
