"""A backup of a data folder is a data folder itself, also if the index was used meanwhile."""

from __future__ import annotations

import errno
import itertools
import os
import threading
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, FakePyPI, UsageError, wheel
from fake_pypi.cli import main
from fake_pypi.fake.data_maintenance import problems
from fake_pypi.web import backup


def test_a_backup_of_an_open_index_has_its_accounts_tokens_files_and_yanks(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(wheel("hello", "1.0"), wheel("hello", "2.0"))
        pypi.yank("hello", "1.0", "broken")
        token = pypi.add_token(pypi.add_user("alice"))
        assert pypi.back_up(tmp_path / "backup") == []
        pypi.upload(wheel("hello", "3.0"))
    assert problems(tmp_path / "backup") == []
    with FakePyPI(data=tmp_path / "backup") as restored:
        project = restored.project("hello")
        assert project is not None
        assert list(project.releases) == ["1.0", "2.0"]
        assert project.releases["1.0"].yanked
        restored.upload(wheel("other", "1.0"), token=token)
        assert restored.requests[-1].sender == "alice"


def test_an_index_in_memory_can_be_backed_up_too(tmp_path: Path) -> None:
    with FakePyPI() as pypi:
        pypi.upload(wheel("hello", "1.0"))
        pypi.back_up(tmp_path / "backup")
    assert problems(tmp_path / "backup") == []
    with FakePyPI(data=tmp_path / "backup") as restored:
        assert restored.project("hello") is not None


def test_a_backup_during_uploads_and_deletions_is_consistent(tmp_path: Path) -> None:
    ended, running = threading.Event(), threading.Event()
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(*(wheel("hello", f"0.{number}") for number in range(30)))

        def change() -> None:
            for number in itertools.count():
                if ended.is_set():
                    return
                pypi.add(wheel("busy", f"{number}.0"))
                if number > 2:
                    pypi.delete("busy", f"{number - 2}.0")
                    running.set()

        changing = threading.Thread(target=change)
        changing.start()
        try:
            assert running.wait(60)
            lost = [pypi.back_up(tmp_path / f"backup-{number}") for number in range(3)]
        finally:
            ended.set()
            changing.join(60)
    assert lost == [[], [], []]
    assert [problems(tmp_path / f"backup-{number}") for number in range(3)] == [[], [], []]


def test_a_backup_that_was_interrupted_is_not_taken_for_a_complete_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(wheel("hello", "1.0"))
        monkeypatch.setattr(backup, "sync_below", fail)
        with pytest.raises(UsageError, match="Input/output error"):
            pypi.back_up(tmp_path / "backup")
    with pytest.raises(UsageError, match=r"its database index\.sqlite3 is gone"):
        FakePyPI(data=tmp_path / "backup")


def test_each_file_and_folder_is_synced_where_a_file_system_cannot_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(backup, "_syncfs", lambda: None)
    monkeypatch.setattr(backup, "sync", synced.append)
    target = tmp_path / "backup"
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(wheel("hello", "1.0"), wheel("hello", "2.0"))
        pypi.back_up(target)
    entries = {path for path in target.rglob("*") if path.name != "index.sqlite3"}
    assert set(synced) == {target, target / backup.INCOMPLETE, *entries}
    assert synced[-1] == target
    assert problems(target) == []


@pytest.mark.parametrize(
    ("release", "is_newer"), [("5.8.0-generic", True), ("6.1.0-rc3", True), ("5.7.19", False), ("4.19.0", False)]
)
def test_a_kernel_is_compared_by_its_numbers(release: str, is_newer: bool) -> None:
    assert backup._is_at_least(release, (5, 8)) is is_newer


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_backup_is_readable_for_its_owner_only(tmp_path: Path) -> None:
    with FakePyPI() as pypi:
        pypi.upload(wheel("hello", "1.0"))
        pypi.back_up(tmp_path / "backup")
    entries = [tmp_path / "backup", *(tmp_path / "backup").rglob("*")]
    assert [path.name for path in entries if path.stat().st_mode & 0o077] == []


def test_a_folder_with_something_in_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with FakePyPI() as pypi, pytest.raises(UsageError, match="is not empty: name a new or empty folder"):
        pypi.back_up(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_command_backs_up_both_indexes_of_a_closed_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, target = tmp_path / "data", tmp_path / "backup"
    with FakeIndexes(data=data, installed=False) as indexes:
        indexes.pypi.upload(wheel("hello", "1.0"))
        indexes.testpypi.upload(wheel("world", "1.0"))
    assert main(["data", "backup", str(data), str(target)]) == 0
    lines = [f"{data / name}: backed up to {target / name}" for name in ("pypi", "testpypi")]
    assert capsys.readouterr().out.splitlines() == lines
    assert main(["data", "check", str(target)]) == 0
    assert main(["data", "backup", str(data), str(target)]) == 2
    assert "is not empty: name a new or empty folder" in capsys.readouterr().err


def test_a_lost_file_is_named_and_the_rest_is_backed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, target = tmp_path / "data", tmp_path / "backup"
    with FakePyPI(data=data) as pypi:
        pypi.upload(wheel("hello", "1.0"), wheel("hello", "2.0"))
    next((data / "files").rglob("hello-1.0*")).unlink()
    assert main(["data", "backup", str(data), str(target)]) == 1
    assert "hello-1.0-py3-none-any.whl is in the index, but there is no such file" in capsys.readouterr().out
    assert [file.name for file in (target / "files").rglob("*.whl")] == ["hello-2.0-py3-none-any.whl"]


@pytest.mark.parametrize("words", [["backup", "DIR"], ["check", "DIR", "TARGET"]], ids=" ".join)
def test_a_wrong_number_of_folders_is_a_usage_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", *words]) == 2
    assert "data backup needs two folders" in capsys.readouterr().err
