"""Temporary folders are removed with everything in them."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi import temporary

if TYPE_CHECKING:
    import pytest


def test_a_file_that_is_read_only_is_made_writable_before_it_is_removed_again(tmp_path: Path) -> None:
    file = tmp_path / "object"
    file.write_text("", encoding="utf-8")
    file.chmod(0o400)

    def remove_as_windows_does(path: str) -> None:
        if not Path(path).stat().st_mode & stat.S_IWRITE:
            raise PermissionError(5, "Access is denied", path)
        Path(path).unlink()

    temporary._remove_read_only(remove_as_windows_does, str(file), None)
    assert not file.exists()


def test_a_file_that_is_in_use_is_left_for_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "object"
    file.write_text("", encoding="utf-8")

    def remove_as_windows_does(path: str) -> None:
        raise PermissionError(32, "The process cannot access the file", path)

    temporary._remove_read_only(remove_as_windows_does, str(file), None)
    assert file.exists()


def test_a_folder_is_removed_with_read_only_files_and_folders(tmp_path: Path) -> None:
    objects = tmp_path / "git" / "objects"
    objects.mkdir(parents=True)
    (objects / "one").write_text("", encoding="utf-8")
    (objects / "one").chmod(0o400)
    temporary._remove_tree(str(tmp_path / "git"))
    assert not (tmp_path / "git").exists()


def test_without_file_locks_the_folder_of_a_killed_process_is_removed_once_its_file_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporary, "_locking", lambda: None)
    folder = tmp_path / f"{temporary.PREFIX}killed"
    folder.mkdir(mode=0o700)
    (folder / temporary.LOCK).write_text("123\n", encoding="utf-8")
    temporary.remove_stale_folders(tmp_path)
    assert not folder.exists()


def test_without_file_locks_a_folder_is_left_while_its_file_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlink_as_windows_does(path: Path, **_options: object) -> None:
        raise PermissionError(32, "The process cannot access the file", str(path))

    monkeypatch.setattr(temporary, "_locking", lambda: None)
    monkeypatch.setattr(Path, "unlink", unlink_as_windows_does)
    folder = tmp_path / f"{temporary.PREFIX}running"
    folder.mkdir(mode=0o700)
    (folder / temporary.LOCK).write_text("123\n", encoding="utf-8")
    temporary.remove_stale_folders(tmp_path)
    assert folder.exists()
