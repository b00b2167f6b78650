"""Yanking releases, and changing their status and date."""

from __future__ import annotations

import pytest

from fake_pypi.errors import NotFound, OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.releases import ReleaseRow
from fake_pypi.operations import releases
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser


def release(index: Index) -> ReleaseRow:
    return index.releases.named(index.projects["demo"], "1.0")


def test_a_yank_is_written_into_the_journal_with_the_name_of_the_user(index: Index, alice: SignedInUser) -> None:
    releases.yank(index, alice, "Demo", "1.0", "broken")
    assert (release(index).yanked, release(index).yanked_reason) == (True, "broken")

    releases.unyank(index, alice, "demo", "1.0")
    assert not release(index).yanked
    entries = index.journal.entries("demo")[-2:]
    assert [(entry.action, entry.sender) for entry in entries] == [
        ("yank release", "alice"),
        ("unyank release", "alice"),
    ]


def test_the_administrator_has_no_name_in_the_journal(index: Index) -> None:
    releases.yank(index, ADMINISTRATOR, "demo", "1.0")

    assert index.journal.entries("demo")[-1].sender == ""


def test_a_maintainer_cannot_yank(index: Index, bob: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="permission-denied"):
        releases.yank(index, bob, "demo", "1.0")
    with pytest.raises(OperationRejected, match="permission-denied"):
        releases.unyank(index, bob, "demo", "1.0")

    assert not release(index).yanked


def test_what_does_not_exist_is_named(index: Index, alice: SignedInUser) -> None:
    with pytest.raises(NotFound, match=r"no release of demo '2\.0'; there is: 1\.0"):
        releases.yank(index, alice, "demo", "2.0")
    with pytest.raises(NotFound, match="there is: demo"):
        releases.yank(index, alice, "other", "1.0")


def test_a_yank_in_read_only_mode_succeeds_and_changes_nothing(index: Index, alice: SignedInUser) -> None:
    index.flags.set("read-only")
    serial = index.journal.last_serial

    releases.yank(index, alice, "demo", "1.0")

    assert not release(index).yanked
    assert index.journal.last_serial == serial


def test_only_the_administrator_changes_the_status_and_the_date_of_a_release(index: Index, alice: SignedInUser) -> None:
    created = release(index).created
    releases.set_status(index, ADMINISTRATOR, "demo", "1.0", "quarantined")
    releases.backdate(index, ADMINISTRATOR, "demo", "1.0", days=2)
    assert release(index).status == "quarantined"
    assert release(index).created == created - 2 * 86_400

    with pytest.raises(OperationRejected):
        releases.set_status(index, alice, "demo", "1.0", "active")
    with pytest.raises(OperationRejected):
        releases.backdate(index, alice, "demo", "1.0", days=2)
