"""Deleting files, releases and projects, with their bytes."""

from __future__ import annotations

import pytest

from fake_pypi.errors import NotFound, OperationRejected, UsageError
from fake_pypi.index import Index
from fake_pypi.operations import deletion
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser
from tests.unit.operations.conftest import Folder

WHEEL, SDIST = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"


def last_entry(index: Index) -> tuple[str, str]:
    entry = index.journal.entries("demo")[-1]
    return entry.action, entry.sender


def test_a_deleted_file_is_gone_with_its_bytes_and_its_name_was_used(
    index: Index, alice: SignedInUser, files: Folder
) -> None:
    deletion.delete_file(index, alice, WHEEL, files=files)

    assert (index.releases.filenames(), files.filenames) == ([SDIST], [SDIST])
    assert index.releases.was_used(WHEEL)
    assert last_entry(index) == (f"remove file {WHEEL}", "alice")


def test_a_deleted_release_is_gone_with_its_files(index: Index, alice: SignedInUser, files: Folder) -> None:
    deletion.delete_release(index, alice, "demo", "1.0", files=files)

    assert index.releases.of(index.projects["demo"]) == []
    assert files.filenames == []
    assert last_entry(index) == ("remove release", "alice")


def test_a_deleted_project_is_gone_with_its_releases(index: Index, alice: SignedInUser, files: Folder) -> None:
    deletion.delete_project(index, alice, "demo", files=files)

    assert index.projects.get("demo") is None
    assert files.filenames == []
    assert last_entry(index) == ("remove project", "alice")


def test_what_is_named_is_deleted(index: Index, files: Folder) -> None:
    deletion.delete(index, ADMINISTRATOR, filename=WHEEL, files=files)
    assert files.filenames == [SDIST]
    deletion.delete(index, ADMINISTRATOR, "demo", "1.0", files=files)
    assert files.filenames == []
    deletion.delete(index, ADMINISTRATOR, "demo", files=files)
    assert index.projects.all() == []
    with pytest.raises(UsageError, match="nothing was named"):
        deletion.delete(index, ADMINISTRATOR, files=files)


def test_a_file_that_does_not_exist_is_not_found(index: Index, files: Folder) -> None:
    with pytest.raises(NotFound, match=f"there is: {WHEEL}, {SDIST}"):
        deletion.delete_file(index, ADMINISTRATOR, "other.whl", files=files)


def test_a_maintainer_cannot_delete(index: Index, bob: SignedInUser, files: Folder) -> None:
    with pytest.raises(OperationRejected, match="permission-denied"):
        deletion.delete_file(index, bob, WHEEL, files=files)
    with pytest.raises(OperationRejected, match="permission-denied"):
        deletion.delete_release(index, bob, "demo", "1.0", files=files)
    with pytest.raises(OperationRejected, match="permission-denied"):
        deletion.delete_project(index, bob, "demo", files=files)

    assert files.filenames == [WHEEL, SDIST]


def test_deletions_are_rejected_where_the_site_disabled_them(index: Index, alice: SignedInUser, files: Folder) -> None:
    index.flags.set("disallow-deletion")

    with pytest.raises(OperationRejected, match="temporarily disabled"):
        deletion.delete_project(index, alice, "demo", files=files)
    deletion.delete_project(index, ADMINISTRATOR, "demo", files=files)


def test_the_bytes_stay_when_a_deletion_is_taken_back(index: Index, alice: SignedInUser, files: Folder) -> None:
    index.flags.set("read-only")
    deletion.delete_release(index, alice, "demo", "1.0", files=files)
    assert files.filenames == [WHEEL, SDIST]

    def fail() -> None:
        with index.db.transaction():
            deletion.delete_release(index, ADMINISTRATOR, "demo", "1.0", files=files)
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert (index.releases.filenames(), files.filenames) == ([WHEEL, SDIST], [WHEEL, SDIST])


def test_pruning_deletes_old_releases_only(index: Index, files: Folder) -> None:
    assert deletion.prune(index, ADMINISTRATOR, older_than=180, files=files) == []
    index.clock.advance(days=181)
    assert deletion.prune(index, ADMINISTRATOR, older_than=180, files=files) == ["demo 1.0"]
    assert files.filenames == []
