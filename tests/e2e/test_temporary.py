"""Temporary folders of a process: removed at its end, or by the next one; and what is never removed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fake_pypi import temporary

POSIX = pytest.mark.skipif(os.name == "nt", reason="locks, owners and modes are those of POSIX")
MADE = """
import os, signal, sys
from fake_pypi.temporary import new_folder
(new_folder("test") / "secret").write_text("x")
print(os.getpid(), flush=True)
sys.stdin.readline()
if sys.argv[1:] == ["forks"] and os.fork() == 0:
    sys.exit()
if sys.argv[1:] == ["forks"]:
    os.wait()
    print(len(list(new_folder("test").parent.iterdir())), flush=True)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def process(place: Path, *words: str) -> subprocess.Popen[str]:
    """Start a process that makes a folder and waits for a line."""
    started = subprocess.Popen(
        [sys.executable, "-c", MADE, *words],
        env={**os.environ, "TMPDIR": str(place), "TEMP": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline().strip() == str(started.pid)
    return started


def killed(place: Path) -> Path:
    """Let a killed process leave its folder, and return that."""
    before = set(place.iterdir())
    left = process(place)
    left.kill()
    left.communicate()
    (folder,) = set(place.iterdir()) - before
    return folder


def test_the_folder_ends_with_its_process(tmp_path: Path) -> None:
    ended = process(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert [path.name.partition("-")[0] for path in sorted(folder.iterdir())] == ["process.lock", "test"]
    if os.name != "nt":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    ended.communicate("\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_the_end_of_a_forked_process_does_not_remove_the_folder(tmp_path: Path) -> None:
    forked = process(tmp_path, "forks")
    stdout, _ = forked.communicate("\n")
    assert stdout == "3\n"  # the lock and two folders
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_process_is_removed_by_the_next_one_and_that_of_a_living_one_is_not(
    place: Path,
) -> None:
    gone, living = killed(place), process(place)
    assert gone.exists() is False  # `living` has removed it
    gone = killed(place)
    (kept,) = set(place.iterdir()) - {gone}
    own = temporary.process_folder()
    assert set(place.iterdir()) == {kept, own}
    living.communicate("\n")
    assert set(place.iterdir()) == {own}


@POSIX
@pytest.mark.parametrize(
    "change",
    [
        "open to others",
        "without a lock file",
        "an empty lock file",
        "the lock is a link",
        "the lock has another name too",
        "the lock is a folder",
        "another name",
        "a link to it",
    ],
)
def test_what_is_not_certainly_ours_stays(place: Path, change: str) -> None:
    folder = killed(place)
    secret = next(folder.glob("*/secret"))
    lock = folder / temporary.LOCK
    if change == "open to others":
        folder.chmod(0o755)
    elif change == "without a lock file":
        lock.unlink()
    elif change == "an empty lock file":
        lock.write_text("", encoding="ascii")
    elif change == "the lock is a link":
        lock.rename(place / "elsewhere")
        lock.symlink_to(place / "elsewhere")
    elif change == "the lock has another name too":
        os.link(lock, place / "elsewhere")
    elif change == "the lock is a folder":
        lock.unlink()
        lock.mkdir()
    elif change == "another name":
        secret = folder.rename(place / "somebody") / secret.relative_to(folder)
    else:
        secret = folder.rename(place / "somebody") / secret.relative_to(folder)
        folder.symlink_to(place / "somebody")
    temporary.remove_stale_folders(place)
    assert secret.exists()


@POSIX
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root may give a folder away")
def test_a_folder_of_another_user_stays(place: Path) -> None:
    folder = killed(place)
    os.chown(folder, 65534, 65534)
    temporary.remove_stale_folders(place)
    assert folder.exists()


@POSIX
def test_a_link_in_a_stale_folder_is_removed_and_not_followed(place: Path) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "thesis").write_text("mine", encoding="utf-8")
    folder = killed(place)
    (folder / "link").symlink_to(place / "mine")
    temporary.remove_stale_folders(place)
    assert not folder.exists()
    assert (place / "mine" / "thesis").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_was_cleaned_up_is_created_again(place: Path) -> None:
    import shutil

    first = temporary.process_folder()
    assert temporary.process_folder() == first
    shutil.rmtree(first)
    assert temporary.new_folder("test").is_dir()


@POSIX
def test_many_processes_that_start_together_leave_each_other_alone(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MADE],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for each in started:
        assert each.stdout is not None
        each.stdout.readline()
    assert len(list(tmp_path.glob("*/*/secret"))) == len(started)
    for each in started:
        each.send_signal(signal.SIGKILL)
        each.communicate()
    temporary.remove_stale_folders(tmp_path)
    assert list(tmp_path.iterdir()) == []


@POSIX
@pytest.mark.parametrize("lock", [False, True], ids=["without a lock file", "with an empty lock file"])
def test_a_folder_whose_process_was_killed_while_it_was_made_is_removed_when_it_is_old(place: Path, lock: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix=temporary.PREFIX, dir=place))
    if lock:
        (folder / temporary.LOCK).touch(mode=0o600)
    temporary.remove_stale_folders(place)
    assert folder.is_dir()
    os.utime(folder, (0, 0))
    temporary.remove_stale_folders(place)
    assert not folder.exists()
