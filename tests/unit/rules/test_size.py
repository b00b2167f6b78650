from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.index.admin_settings import GIB, MIB
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.size import BLOCK

MINE = wheel("demo")


def demo_with(**limits: int) -> Callable[[Index], None]:
    """An index with the project, which has limits of its own."""

    def instance(index: Index) -> None:
        index.projects.create("demo", index.accounts["owner"])
        index.limits.for_project("demo", **limits)

    return instance


@pytest.mark.parametrize(("size", "rule"), [(100 * MIB, None), (100 * MIB + 1, "file-too-large")])
def test_a_file_may_have_100_mib_and_not_a_byte_more(rule_of: Any, size: int, rule: str | None) -> None:
    assert rule_of(MINE, file={"size": size}) == rule


def test_the_words_name_project_and_limit(rejection_of: Any) -> None:
    rejection = rejection_of(MINE, file={"size": 100 * MIB + 1})
    assert rejection.message == (
        "File too large. Limit for project 'demo' is 100 MB. See https://docs.pypi.org/project-management/"
        "storage-limits#requesting-a-file-size-limit-increase for more information."
    )


def test_a_project_may_be_granted_more(rule_of: Any) -> None:
    instance = demo_with(file_size=200 * MIB)
    assert rule_of(MINE, prepare=instance, file={"size": 200 * MIB}) is None
    assert rule_of(MINE, prepare=instance, file={"size": 200 * MIB + 1}) == "file-too-large"


def test_a_grant_below_the_limit_of_everybody_takes_nothing_away(rule_of: Any) -> None:
    assert rule_of(MINE, prepare=demo_with(file_size=1)) is None


@pytest.mark.parametrize(("left", "rule"), [(0, None), (-1, "project-too-large")])
def test_all_files_of_a_project_may_have_10_gib(rule_of: Any, left: int, rule: str | None) -> None:
    assert rule_of(MINE, prepare=demo_with(used=10 * GIB - MINE.size - left)) == rule


def test_a_project_may_be_granted_more_in_all(rejection_of: Any) -> None:
    rejection = rejection_of(MINE, prepare=demo_with(used=20 * GIB, project_size=20 * GIB))
    assert rejection.message == (
        "Project size too large. Limit for project 'demo' total size is 20 GB. See https://docs.pypi.org/"
        "project-management/storage-limits#requesting-a-project-size-limit-increase"
    )


@pytest.mark.parametrize(
    ("room", "rule"),
    [(BLOCK - 1, "project-too-large"), (BLOCK, "file-too-large"), (BLOCK + 1, "file-too-large")],
)
def test_of_two_limits_the_one_that_is_met_in_an_earlier_block_speaks(rule_of: Any, room: int, rule: str) -> None:
    def instance(index: Index) -> None:
        index.limits.file_size = BLOCK
        index.limits.project_size = room

    assert rule_of(MINE, prepare=instance, file={"size": 3 * BLOCK}) == rule


def test_an_empty_file_fits_in_everywhere(rule_of: Any) -> None:
    empty = Package(MINE.filename, b"")
    assert rule_of(empty, prepare=demo_with(used=11 * GIB)) == "not-a-zipfile"
