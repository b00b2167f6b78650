"""A data folder: who may read it, what is never deleted from it, and which folders are rejected."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, FakePyPI, UsageError, sdist, wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask, new_token, upload

HAS_MODES = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
NOBODY = 65534


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Yield a folder that other users may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="data-folder-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def entries(folder: Path) -> list[Path]:
    return [folder, *sorted(folder.rglob("*"))]


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in entries(folder) if stat.S_IMODE(path.stat().st_mode) & 0o077]


USED = """
    import os, sys
    os.umask(int(sys.argv[2], 8))
    from pathlib import Path
    from fake_pypi import FakeIndexes, sdist, wheel
    with FakeIndexes(data=sys.argv[1], installed=False) as indexes:
        indexes.pypi.upload(wheel("hello", "1.0"))
        indexes.testpypi.add(sdist("hello", "1.0"))
        for path in (folder := Path(sys.argv[1]), *folder.rglob("*")):
            print(f"{path.stat().st_mode & 0o777:o}", path.is_dir(), path)
"""


@HAS_MODES
@pytest.mark.parametrize("umask", ["022", "000"])
def test_every_folder_has_mode_700_and_every_file_600(tmp_path: Path, umask: str) -> None:
    listed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(USED), str(tmp_path / "data"), umask],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert sum("-wal" in line for line in listed) == 2  # the write-ahead log holds the same keys
    wrong = [line for line in listed if line.split()[0] != ("700" if line.split()[1] == "True" else "600")]
    assert wrong == []
    assert open_to_others(tmp_path / "data") == []


@HAS_MODES
def test_a_folder_that_others_could_read_is_closed_to_them_and_reported_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with FakePyPI(data=data) as pypi:
        pypi.upload(wheel("hello", "1.0"))
    for path in entries(data):
        path.chmod(0o777 if path.is_dir() else 0o666)
    with FakePyPI(data=data) as pypi:
        assert open_to_others(data) == []
        assert [notice for notice in pypi.instance.notices if "other users" in notice] == pypi.instance.notices
        assert len(pypi.instance.notices) == 1
    with FakePyPI(data=data) as pypi:
        assert pypi.instance.notices == []


@HAS_MODES
def test_the_folder_above_both_indexes_is_closed_too(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    with FakeIndexes(data=tmp_path / "data", installed=False) as indexes:
        assert [str(tmp_path / "data") in notice for notice in indexes.notices] == [True]
    assert open_to_others(tmp_path / "data") == []


@HAS_MODES
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("not ours", encoding="utf-8")
    outside.chmod(0o644)
    with FakePyPI(data=tmp_path / "data"):
        pass
    (tmp_path / "data" / "files" / "link").symlink_to(outside)
    with FakePyPI(data=tmp_path / "data"):
        pass
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
    assert outside.read_text(encoding="utf-8") == "not ours"


@HAS_MODES
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root may become another user")
def test_another_user_reads_no_file_of_a_folder_that_was_open(reachable: Path) -> None:
    data = reachable / "data"
    with FakePyPI(data=data) as pypi:
        pypi.upload(wheel("hello", "1.0"))
    for path in entries(data):
        path.chmod(0o777 if path.is_dir() else 0o666)
    script = f"""
import os, sys
os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
for path in sys.argv[1:]:
    try: open(path).close()
    except PermissionError: print("kept from", path)
"""
    with FakePyPI(data=data) as pypi:
        pypi.upload(wheel("hello", "2.0"))
        files = [str(path) for path in entries(data) if path.is_file()]
        read = subprocess.run(
            [sys.executable, "-I", "-S", "-c", script, *files], check=True, capture_output=True, text=True, cwd="/"
        )
    assert len(files) >= 4
    assert read.stdout.splitlines() == [f"kept from {path}" for path in files]


# -- what we did not make


def test_unknown_files_are_moved_aside_and_reported(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(wheel("hello", "1.0"))
    mine = {"files/notes.txt": "notes", "files/ab/thesis.tex": "thesis", "spool/letter.txt": "letter"}
    for name, text in mine.items():
        (tmp_path / "data" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "data" / name).write_text(text, encoding="utf-8")
    (tmp_path / "data" / "spool" / "folder").mkdir()
    (tmp_path / "data" / "todo.txt").write_text("beside the database", encoding="utf-8")
    with FakePyPI(data=tmp_path / "data") as pypi:
        (notice,) = pypi.instance.notices
    assert notice.startswith("4 files (")
    assert "fake-pypi data rebuild" in notice
    (place,) = (tmp_path / "data" / "unknown-files").iterdir()
    assert str(place) in notice
    assert {name: (place / name).read_text(encoding="utf-8") for name in mine} == mine
    assert (place / "spool" / "folder").is_dir()
    assert (tmp_path / "data" / "todo.txt").read_text(encoding="utf-8") == "beside the database"
    with FakePyPI(data=tmp_path / "data") as pypi:
        assert pypi.instance.notices == []
        assert pypi.project("hello") is not None


def test_a_lost_database_is_no_reason_to_delete_the_distributions(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with FakePyPI(data=data) as pypi:
        pypi.upload(wheel("hello", "1.0"), sdist("hello", "1.0"))
    before = {path.name: path.read_bytes() for path in (data / "files").rglob("*") if path.is_file()}
    for content in (None, b""):
        for path in data.glob("index.sqlite3*"):
            path.unlink()
        if content is not None:
            (data / "index.sqlite3").write_bytes(content)
        with pytest.raises(UsageError, match="fake-pypi data rebuild"):
            FakePyPI(data=data)
        assert {path.name: path.read_bytes() for path in (data / "files").rglob("*") if path.is_file()} == before
    assert len(before) == 2


def test_a_deleted_file_is_not_reported_as_unknown_at_the_next_start(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.faults.add("stale", pages="files", seconds=60)
        pypi.upload(wheel("hello", "1.0"), wheel("hello", "2.0"))
        pypi.delete("hello", "1.0")
    with FakePyPI(data=tmp_path / "data") as pypi:
        assert pypi.instance.notices == []
        assert [path.name for path in pypi.instance.files.rglob("*.whl")] == ["hello-2.0-py3-none-any.whl"]


@pytest.mark.parametrize("make", [FakePyPI, FakeIndexes], ids=["one index", "both"])
def test_a_folder_of_something_else_is_rejected_and_left_as_it_is(
    tmp_path: Path, make: type[FakePyPI | FakeIndexes]
) -> None:
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True, mode=0o755)
    (home / "letter.txt").write_text("dear", encoding="utf-8")
    (home / "letter.txt").chmod(0o644)
    before = [(path, path.stat().st_mode) for path in entries(home)]
    with pytest.raises(UsageError, match="not empty and no data folder") as rejected:
        make(data=home)
    assert len(str(rejected.value).splitlines()) == 1
    assert [(path, path.stat().st_mode) for path in entries(home)] == before


@pytest.mark.parametrize("name", ["lost+found", ".gitkeep"])
def test_what_systems_put_into_empty_folders_does_not_matter(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).touch()
    for _ in range(2):
        with FakeIndexes(data=tmp_path / "data", installed=False):
            pass
    assert (tmp_path / "data" / name).exists()


# -- files that are gone


def test_a_file_that_vanished_is_reported_at_the_start_and_answered_404(tmp_path: Path) -> None:
    instance = Instance(data=tmp_path)
    assert upload(instance, wheel("hello", "1.0"), new_token(instance)).status == 200
    (file,) = instance.index.releases.files(instance.index.projects["hello"])
    (instance.files / file.path).unlink()
    answered = ask(instance, "GET", f"/packages/{file.path}")
    assert (answered.status, answered.body) == (404, b"404 Not Found")
    instance.close()
    again = Instance(data=tmp_path)
    (notice,) = again.notices
    assert "1 file (hello-1.0-py3-none-any.whl) is in the index, but gone from" in notice
    assert ask(again, "GET", f"/packages/{file.path}").status == 404
    again.close()


def test_a_file_that_was_cut_off_is_reported_at_the_start(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.upload(wheel("hello", "1.0"))
        (file,) = pypi.instance.files.rglob("*.whl")
    file.write_bytes(file.read_bytes()[:10])
    with FakePyPI(data=tmp_path / "data") as pypi:
        assert ["hello-1.0-py3-none-any.whl" in notice for notice in pypi.instance.notices] == [True]
