"""A data folder in any state: it opens, or one line on standard error says what to do, with exit code 2."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, wheel
from fake_pypi.index.schema import SCHEMA_VERSION
from tests.e2e.cli.serving import COMMAND, PATIENCE, own_place

IS_ROOT = getattr(os, "geteuid", lambda: 1)() == 0
DATABASE = "index.sqlite3"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder in which the index "pypi" was kept, with one file in it."""
    folder = tmp_path / "data"
    with FakePyPI(data=folder / "pypi") as pypi:
        pypi.upload(wheel("hello", "1.0"))
    return folder


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def replaced(path: Path, make: Callable[[Path], object]) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    make(path)


def becomes_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


def foreign(path: Path) -> None:
    changed(path, "CREATE TABLE songs (title TEXT)", "PRAGMA application_id = 1")


def without_marks(path: Path) -> None:
    changed(path, "CREATE TABLE users (id INTEGER)")


def rejected(data: Path, folder: Path, *prefix: str) -> str:
    """Return the one line with which `serve` (behind a `prefix`) rejects a folder."""
    ended = subprocess.run(
        [*prefix, *COMMAND, "serve", "--data", str(data)],
        check=False,
        capture_output=True,
        text=True,
        env=own_place(folder),
        timeout=PATIENCE,
    )
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert ended.stderr.startswith("fake-pypi: ")
    return ended.stderr


STATES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder in place of the database": (lambda path: replaced(path, Path.mkdir), "is no file"),
    "a dangling link": (lambda path: replaced(path, lambda path: path.symlink_to("gone/away")), "does not exist"),
    "a named pipe": (lambda path: replaced(path, os.mkfifo), "is no file"),
    "a database of another program": (lambda path: replaced(path, foreign), "database of another program"),
    "a database without marks": (lambda path: replaced(path, without_marks), "database of another program"),
    "no database": (lambda path: replaced(path, lambda path: path.write_bytes(b"letter" * 999)), "data rebuild"),
    "a later schema": (
        lambda path: changed(path, f"PRAGMA user_version = {SCHEMA_VERSION + 5}"),
        f"schema version {SCHEMA_VERSION + 5}",
    ),
    "an earlier schema": (lambda path: changed(path, "PRAGMA user_version = 0"), "schema version 0"),
    "pages of zeros": (
        lambda path: path.write_bytes(path.read_bytes()[:100] + bytes(path.stat().st_size - 100)),
        "data rebuild",
    ),
    "a folder in place of the log": (lambda path: path.with_name(f"{path.name}-wal").mkdir(), "cannot be used"),
    "a file in place of the spool": (lambda path: becomes_file(path.parent / "spool"), "Not a directory"),
    "a file in place of the files": (lambda path: becomes_file(path.parent / "files"), "Not a directory"),
    "a file in place of the index": (lambda path: becomes_file(path.parent), "Not a directory"),
}


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are those of POSIX")
@pytest.mark.parametrize("state", STATES)
def test_a_folder_that_cannot_be_used_is_rejected_in_one_line(data: Path, tmp_path: Path, state: str) -> None:
    spoil, words = STATES[state]
    spoil(data / "pypi" / DATABASE)
    assert words in rejected(data, tmp_path)


@pytest.mark.parametrize("make", [foreign, without_marks])
def test_the_database_of_another_program_is_not_changed(
    data: Path, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    path = data / "pypi" / DATABASE
    replaced(path, make)
    path.chmod(0o644)
    before = (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns, sorted(path.parent.iterdir()))
    rejected(data, tmp_path)
    assert (
        path.read_bytes(),
        path.stat().st_mode,
        path.stat().st_mtime_ns,
        sorted(path.parent.iterdir()),
    ) == before


def test_a_new_database_has_the_marks_of_this_version(data: Path) -> None:
    with closing(sqlite3.connect(data / "pypi" / DATABASE)) as connection:
        marks = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    assert (marks[0].to_bytes(4, "big"), marks[1]) == (b"FPYP", SCHEMA_VERSION)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
@pytest.mark.skipif(IS_ROOT and not shutil.which("setpriv"), reason="modes keep root out only without capabilities")
@pytest.mark.parametrize("part", ["", "pypi", "pypi/index.sqlite3", "pypi/files", "pypi/spool"])
@pytest.mark.parametrize("mode", [0o000, 0o500], ids=["no right", "no right to write"])
def test_a_folder_without_permission_is_rejected_in_one_line(data: Path, tmp_path: Path, part: str, mode: int) -> None:
    (data / "testpypi").mkdir()
    (data / "pypi" / "spool" / "upload-left").touch()
    without_rights = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if IS_ROOT else ()
    place = data / part
    before = place.stat().st_mode
    place.chmod(mode)
    try:
        if mode == 0o500 and part in {"", "pypi/files"}:  # nothing has to be written there at the start
            return
        assert "writable for your user" in rejected(data, tmp_path, *without_rights)
    finally:
        place.chmod(before)


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mount a file system at a folder, for the test only."""
    mounted: list[Path] = []

    def at(name: str, *words: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        done = subprocess.run(["mount", *words, str(folder)], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"this container may not mount: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield at
    for folder in reversed(mounted):
        subprocess.run(["umount", str(folder)], check=True)


ONLY_ROOT_MOUNTS = pytest.mark.skipif(not sys.platform.startswith("linux") or not IS_ROOT, reason="only root mounts")


@ONLY_ROOT_MOUNTS
@pytest.mark.parametrize("free", [0, 8, 40, 120, 240, 400, 460], ids=lambda kilobytes: f"{kilobytes}k")
def test_a_disk_that_is_full_at_the_start_is_rejected_in_one_line(
    tmp_path: Path, mount: Callable[..., Path], free: int
) -> None:
    disk = mount("disk", "-t", "tmpfs", "-o", "size=512k", "tmpfs")
    (disk / "ballast").write_bytes(bytes((512 - free) * 1024))
    assert "free some space" in rejected(disk / "data", tmp_path)


@ONLY_ROOT_MOUNTS
def test_a_disk_that_is_read_only_is_rejected_in_one_line(
    tmp_path: Path, data: Path, mount: Callable[..., Path]
) -> None:
    disk = mount("disk", "-o", "bind", str(data))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(disk)], check=True)
    assert "writable" in rejected(disk, tmp_path)
    (data / "pypi" / "index.sqlite3").unlink()
    assert "data rebuild" in rejected(disk, tmp_path)
    shutil.rmtree(data / "pypi")
    assert "writable" in rejected(disk, tmp_path)
