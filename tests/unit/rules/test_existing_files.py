from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.existing_files import keep

MINE = wheel("demo")
REBUILT = wheel("demo", summary="Built again")


def with_mine(index: Index) -> None:
    keep(index, MINE)


def with_mine_that_is(days: float) -> Any:
    def instance(index: Index) -> None:
        keep(index, MINE)
        index.releases.make_older(index.projects["demo"], "1.0", days)

    return instance


def test_the_same_file_again_is_fine_and_stores_nothing(rejection_of: Any) -> None:
    rejection = rejection_of(MINE, prepare=with_mine)
    assert (rejection.rule.id, rejection.status) == ("same-file-again", 200)


def test_also_when_the_release_is_closed(rule_of: Any) -> None:
    assert rule_of(MINE, prepare=with_mine_that_is(days=365)) == "same-file-again"


def test_but_not_with_the_digest_of_another_file(rule_of: Any) -> None:
    assert rule_of(MINE, prepare=with_mine, form={"sha256_digest": "0" * 64}) == "digest-mismatch"


def test_other_bytes_under_the_same_name_are_rejected_with_their_own_digest(rejection_of: Any) -> None:
    rejection = rejection_of(REBUILT, prepare=with_mine)
    assert rejection.message == (
        f"File already exists ('{REBUILT.filename}', with blake2_256 hash '{REBUILT.blake2_256}'). "
        "See https://pypi.org/help/#file-name-reuse for more information."
    )


@pytest.mark.parametrize("name", ["demo-1.0-py2-none-any.whl", "other-1.0-py3-none-any.whl"])
def test_so_are_the_same_bytes_under_another_name_in_any_project(rule_of: Any, name: str) -> None:
    project = name.partition("-")[0]
    assert rule_of(MINE.renamed(name), prepare=with_mine, form={"name": project}) == "duplicate-file"


@pytest.mark.parametrize("package", [MINE, REBUILT], ids=["same bytes", "other bytes"])
def test_a_deleted_filename_cannot_be_used_again(rejection_of: Any, package: Package) -> None:
    def instance(index: Index) -> None:
        keep(index, MINE)
        index.releases.delete_file(index.projects["demo"], MINE.filename)

    rejection = rejection_of(package, prepare=instance)
    assert rejection.message.startswith("This filename was previously used by a file that has since been deleted.")


def test_not_even_when_the_whole_release_was_deleted(rule_of: Any) -> None:
    def instance(index: Index) -> None:
        keep(index, MINE)
        index.releases.delete(index.projects["demo"], "1.0")

    assert rule_of(MINE, prepare=instance) == "filename-reuse"


@pytest.mark.parametrize(
    ("days", "rule"), [(0, None), (13.99, None), (14.01, "release-closed"), (365, "release-closed")]
)
def test_a_release_takes_files_for_14_days(rule_of: Any, days: float, rule: str | None) -> None:
    assert rule_of(sdist("demo"), prepare=with_mine_that_is(days)) == rule


def test_the_index_has_its_own_clock(rule_of: Any) -> None:
    def instance(index: Index) -> None:
        keep(index, MINE)
        index.clock.advance(days=15)

    assert rule_of(sdist("demo"), prepare=instance) == "release-closed"


@pytest.mark.parametrize("spelling", ["1.0.0", "v1.0", "1"])
def test_another_spelling_of_the_version_is_the_same_release(rule_of: Any, spelling: str) -> None:
    other = wheel("demo", tag="py2.py3-none-any")
    assert rule_of(other, prepare=with_mine_that_is(15), form={"version": spelling}) == "release-closed"


def test_a_new_release_is_open(rule_of: Any) -> None:
    assert rule_of(wheel("demo", "2.0"), prepare=with_mine_that_is(365)) is None


def test_a_release_has_one_sdist(rejection_of: Any) -> None:
    def instance(index: Index) -> None:
        keep(index, sdist("demo"))

    second = sdist("demo", summary="Packed again").renamed("demo-1.0.zip")
    rejection = rejection_of(second, prepare=instance)
    assert (rejection.rule.id, rejection.message) == ("duplicate-sdist", "Only one sdist may be uploaded per release.")
    assert rejection_of(MINE, prepare=instance) is None


def test_the_rules_of_a_release_accept_its_first_file(tmp_path: Path) -> None:
    from fake_pypi.rules.order import RELEASE
    from fake_pypi.rules.upload import Form, Upload

    index = Index()
    assert [rule.check(Upload(Form()), index) for rule in RELEASE] == [None] * len(RELEASE)
    index.close()
