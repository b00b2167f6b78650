"""`fake-pypi data check` and `rebuild`: what they find, what they restore, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, FakePyPI, Package, sdist, wheel
from fake_pypi.cli import main
from tests.unit.index.older_databases import in_version_1

HELLO = (wheel("hello", "1.0"), sdist("hello", "1.0"), wheel("hello", "2.0"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with FakeIndexes(data=folder, installed=False) as indexes:
        indexes.pypi.upload(*HELLO)
        indexes.testpypi.upload(wheel("world", "0.1"))
    return folder


def lose_the_database(folder: Path) -> None:
    for path in folder.glob("index.sqlite3*"):
        path.unlink()


def bytes_of_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3"}


def test_check_finds_nothing_wrong_with_a_folder_as_it_was_left(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(data)]) == 0
    assert capsys.readouterr().out == f"{data}/pypi: nothing is wrong\n{data}/testpypi: nothing is wrong\n"


def test_check_names_what_is_gone_changed_and_unknown_and_changes_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = data / "pypi" / "files"
    gone, changed = sorted(files.rglob("hello-*.whl"), key=lambda path: path.name)
    gone.unlink()
    changed.write_bytes(bytes(changed.stat().st_size))
    (files / "notes.txt").write_text("mine", encoding="utf-8")
    before = bytes_of_files(data)
    assert main(["data", "check", str(data)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.rpartition("/")[2] for line in lines if str(data / "pypi") in line) == [
        "hello-1.0-py3-none-any.whl is in the index, but there is no such file",
        "hello-2.0-py3-none-any.whl has other bytes than were uploaded",
        "notes.txt is not in the index: `fake-pypi data rebuild` adds distributions to it",
    ]
    assert bytes_of_files(data) == before


def test_check_reads_a_database_of_an_older_schema_version_and_does_not_migrate_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = in_version_1(tmp_path / "index.sqlite3")
    before = database.read_bytes()
    assert main(["data", "check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition("/")[2] for line in lines] == [
        "demo-1.0-py3-none-any.whl is in the index, but there is no such file",
        "demo-1.0.tar.gz is in the index, but there is no such file",
    ]
    assert database.read_bytes() == before


def test_rebuild_restores_every_distribution_after_the_database_was_lost(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_the_database(data / "pypi")
    assert main(["data", "check", str(data)]) == 1
    assert "index.sqlite3 is gone" in capsys.readouterr().out
    assert main(["data", "rebuild", str(data)]) == 0
    printed = capsys.readouterr().out
    assert sorted(line.rpartition("added ")[2] for line in printed.splitlines() if "added" in line) == sorted(
        package.filename for package in HELLO
    )
    assert "not restored: users, roles, tokens" in printed
    with FakeIndexes(data=data, installed=False) as indexes:
        project = indexes.pypi.project("hello")
        assert project is not None
        assert sorted(project.releases) == ["1.0", "2.0"]
        assert indexes.pypi.index.releases.filenames() == sorted(package.filename for package in HELLO)
        assert indexes.testpypi.project("world") is not None
        assert indexes.notices == []
        indexes.pypi.upload(wheel("hello", "3.0"))
    assert main(["data", "check", str(data)]) == 0


def test_rebuild_keeps_the_dates_of_the_files(tmp_path: Path) -> None:
    import os

    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(wheel("hello", "1.0"))
        (file,) = pypi.instance.files.rglob("*.whl")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    lose_the_database(tmp_path / "data")
    assert main(["data", "rebuild", str(tmp_path / "data")]) == 0
    with FakePyPI(data=tmp_path / "data") as pypi:
        (row,) = pypi.index.releases.files(pypi.index.projects["hello"])
    assert 1_700_000_000 <= row.uploaded < 1_700_000_060


def test_rebuild_keeps_a_damaged_database_beside_the_new_one(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = b"SQLite format 3\0" + b"\xff" * 8000
    (data / "pypi" / "index.sqlite3").write_bytes(damaged)
    assert main(["serve", "--data", str(data)]) == 2
    assert "fake-pypi data rebuild" in capsys.readouterr().err
    assert main(["data", "rebuild", str(data)]) == 0
    (kept,) = (data / "pypi" / "unknown-files").rglob("index.sqlite3")
    assert kept.read_bytes() == damaged
    with FakeIndexes(data=data, installed=False) as indexes:
        assert len(indexes.pypi.index.releases.filenames()) == len(HELLO)


def test_rebuild_leaves_alone_what_is_no_distribution_or_was_deleted(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakeIndexes(data=data, installed=False) as indexes:
        indexes.pypi.delete("hello", "2.0")
    files = data / "pypi" / "files"
    for package in (wheel("hello", "2.0"), wheel("new", "1.0"), Package("broken-1.0.tar.gz", content=b"no archive")):
        package.write_to(files)
    (files / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["data", "rebuild", str(data)]) == 0
    printed = capsys.readouterr().out
    assert "added new-1.0-py3-none-any.whl" in printed
    assert "hello-2.0-py3-none-any.whl: a file of that name was deleted" in printed
    assert "broken-1.0.tar.gz: broken-1.0.tar.gz cannot be read" in printed
    assert "notes.txt: no wheel and no sdist" in printed
    assert {"hello-2.0-py3-none-any.whl", "broken-1.0.tar.gz", "notes.txt"} <= set(bytes_of_files(data))
    with FakeIndexes(data=data, installed=False) as indexes:
        assert [project.name for project in indexes.pypi.index.projects.all()] == ["hello", "new"]


@pytest.mark.parametrize("verb", ["check", "rebuild"])
def test_a_folder_in_use_or_of_another_program_is_rejected_in_one_line(
    tmp_path: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakePyPI(data=tmp_path / "data"):
        assert main(["data", verb, str(tmp_path / "data")]) == 2
    assert "in use by another fake PyPI" in capsys.readouterr().err
    assert main(["data", verb, str(tmp_path)]) == 2
    assert main(["data", verb, str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert ["is no data folder of fake-pypi" in line for line in said] == [True, True]
