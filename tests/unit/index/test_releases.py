"""Releases and files: added, yanked, deleted, and names that never come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from fake_pypi.errors import NotFound
from fake_pypi.index import Index
from fake_pypi.index.projects import ProjectRow
from fake_pypi.index.releases import FileRow, ReleaseRow, canonical


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


@pytest.fixture
def hello(index: Index) -> ProjectRow:
    return index.projects.create("hello", index.accounts.add("alice"))


def file_of(release: ReleaseRow, filename: str, **more: Any) -> FileRow:
    facts: dict[str, Any] = {
        "packagetype": "sdist",
        "python_version": "source",
        "requires_python": None,
        "size": 100,
        "md5": filename,
        "sha256": filename,
        "blake2_256": filename,
        "path": f"aa/bb/{filename}",
        "uploaded": 0.0,
        "sender": "alice",
    }
    return FileRow(project=release.project, release=release.id, filename=filename, **{**facts, **more})


def add(index: Index, project: ProjectRow, version: str = "1.0", filename: str | None = None) -> ReleaseRow:
    release = index.releases.get(project, version) or index.releases.create(project, version, {"summary": "hi"})
    name = filename or f"hello-{version}.tar.gz"
    index.releases.add_file(project, release, file_of(release, name), b"Metadata-Version: 2.1\n")
    return release


@pytest.mark.parametrize(("spelled", "other"), [("1.0", "1"), ("v1.0.0-RC1", "1rc1"), ("nonsense", "nonsense")])
def test_a_release_keeps_its_spelling_and_is_found_in_any_other(
    index: Index, hello: ProjectRow, spelled: str, other: str
) -> None:
    made = index.releases.create(hello, spelled, {"summary": "hi"})
    assert made.version == spelled
    assert index.releases.get(hello, other) == made
    assert canonical(spelled) == canonical(other)


def test_two_spellings_of_one_version_are_one_release(index: Index, hello: ProjectRow) -> None:
    index.releases.create(hello, "1.0", {})
    with pytest.raises(sqlite3.IntegrityError):
        index.releases.create(hello, "1.0.0", {})
    assert [entry.action for entry in index.journal.entries()].count("new release") == 1


def test_a_yank_has_a_reason_can_be_undone_and_is_in_the_journal(index: Index, hello: ProjectRow) -> None:
    add(index, hello)
    index.releases.yank(hello, "1", "it is broken")
    yanked = index.releases.named(hello, "1.0")
    index.releases.unyank(hello, "1.0.0")
    back = index.releases.named(hello, "1.0")
    assert (yanked.yanked, yanked.yanked_reason) == (True, "it is broken")
    assert (back.yanked, back.yanked_reason) == (False, "")
    entries = [(entry.action, entry.version) for entry in index.journal.entries("hello")]
    assert entries[-2:] == [("yank release", "1.0"), ("unyank release", "1.0")]


def test_a_yank_in_the_database_alone_leaves_the_serial(index: Index, hello: ProjectRow) -> None:
    """Recorded case simple/yanked-with-reason."""
    add(index, hello)
    serial = index.journal.last_serial
    index.releases.yank(hello, "1", "it is broken", journal=False)
    assert index.releases.named(hello, "1.0").yanked
    assert index.journal.last_serial == serial


def test_a_file_is_found_by_name_path_and_content(index: Index, hello: ProjectRow) -> None:
    add(index, hello)
    file = index.releases.file("hello-1.0.tar.gz")
    assert file is not None
    assert file == index.releases.file_at("aa/bb/hello-1.0.tar.gz") == index.releases.file_with("hello-1.0.tar.gz")
    assert index.releases.files(hello) == [file]
    assert index.releases.core_metadata(file.filename) == b"Metadata-Version: 2.1\n"
    assert (index.releases.sizes(), index.releases.filenames()) == ({file.path: file.size}, [file.filename])
    assert index.releases.file("other") is index.releases.file_at("x") is index.releases.file_with("y") is None
    assert index.releases.core_metadata("other") is None


def test_a_file_name_is_taken_once_and_the_failure_leaves_no_trace(index: Index, hello: ProjectRow) -> None:
    release = add(index, hello)
    before = index.journal.last_serial, index.projects["hello"].total_size
    with pytest.raises(sqlite3.IntegrityError):
        index.releases.add_file(hello, release, file_of(release, "hello-1.0.tar.gz", blake2_256="x", path="y"))
    assert (index.journal.last_serial, index.projects["hello"].total_size) == before == (before[0], 100)


def test_deleting_a_file_gives_its_bytes_back_and_keeps_its_name_burnt(index: Index, hello: ProjectRow) -> None:
    add(index, hello)
    gone = index.releases.delete_file(hello, "hello-1.0.tar.gz", "alice")
    assert gone.filename == "hello-1.0.tar.gz"
    assert index.projects["hello"].total_size == 0
    assert index.releases.file("hello-1.0.tar.gz") is None
    assert index.releases.core_metadata("hello-1.0.tar.gz") is None
    assert index.releases.was_used("hello-1.0.tar.gz")
    assert not index.releases.was_used("hello-2.0.tar.gz")
    assert index.releases.get(hello, "1.0") is not None
    assert index.journal.entries()[-1].action == "remove file hello-1.0.tar.gz"


def test_deleting_a_release_returns_its_files_and_leaves_others(index: Index, hello: ProjectRow) -> None:
    add(index, hello, "1.0")
    add(index, hello, "1.0", "hello-1.0.zip")
    add(index, hello, "2.0")
    gone = index.releases.delete(hello, "1.0", "alice")
    assert [file.filename for file in gone] == ["hello-1.0.tar.gz", "hello-1.0.zip"]
    assert [release.version for release in index.releases.of(hello)] == ["2.0"]
    assert index.projects["hello"].total_size == 100
    assert index.releases.was_used("hello-1.0.zip")


def test_deleting_all_releases_of_a_project_adds_no_journal_entry(index: Index, hello: ProjectRow) -> None:
    add(index, hello, "1.0")
    add(index, hello, "2.0")
    serial = index.journal.last_serial
    assert len(index.releases.delete_all(hello)) == 2
    assert (index.releases.of(hello), index.journal.last_serial) == ([], serial)


def test_a_release_made_older_is_older_by_that_much(index: Index, hello: ProjectRow) -> None:
    add(index, hello)
    index.releases.make_older(hello, "1.0", days=14)
    index.clock.advance(days=1)
    assert index.releases.age_days(index.releases.named(hello, "1.0")) == pytest.approx(15, abs=0.01)


def test_a_release_can_be_quarantined(index: Index, hello: ProjectRow) -> None:
    add(index, hello)
    index.releases.set_status(hello, "1.0", "quarantined")
    assert index.releases.named(hello, "1.0").status == "quarantined"


@pytest.mark.parametrize("ask", ["named", "yank", "unyank", "delete"])
def test_an_unknown_release_is_an_error_that_names_the_existing_ones(index: Index, hello: ProjectRow, ask: str) -> None:
    for version in ("1.0", "1.1"):
        add(index, hello, version)
    with pytest.raises(NotFound, match=r"no release of hello '3\.0'; there is: 1\.0, 1\.1"):
        getattr(index.releases, ask)(hello, "3.0")


def test_a_file_of_another_project_is_not_this_ones_to_delete(index: Index, hello: ProjectRow) -> None:
    add(index, hello)
    other = index.projects.create("other", None)
    with pytest.raises(NotFound, match=r"no file of other 'hello-1\.0\.tar\.gz', and no other file of other"):
        index.releases.delete_file(other, "hello-1.0.tar.gz")
    assert index.releases.filenames() == ["hello-1.0.tar.gz"]
