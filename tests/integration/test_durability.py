"""What an index with a folder of its own keeps, whatever happens to the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, UploadRejected, UsageError, sdist, wheel
from fake_pypi.errors import StorageError
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask, everything_in, new_token, upload


def test_accounts_tokens_files_yanks_and_serials_survive(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path / "data") as pypi:
        pypi.add_user("alice", email="unverified")
        pypi.upload(wheel("hello", "1.0"), sdist("hello", "1.0"))
        token = pypi.add_token(projects=["hello"])
        pypi.yank("hello", "1.0", reason="broken")
        pypi.flags.read_only = True
        pypi.limits.file_size = 1000
        pypi.prohibited_names.add("forbidden")
        before, serial = pypi.project("hello"), pypi.index.journal.last_serial
    with FakePyPI(data=tmp_path / "data") as pypi:
        assert pypi.project("hello") == before
        assert pypi.index.journal.last_serial == serial > 0
        assert pypi.index.accounts["alice"].email == "unverified"
        assert (pypi.flags.read_only, pypi.limits.file_size) == (True, 1000)
        assert "Forbidden" in pypi.prohibited_names
        assert pypi.index.tokens.identify(f"Bearer {token.secret}").name == "maintainer"
        file = pypi.index.releases.files(pypi.index.projects["hello"])[0]
        assert ask(pypi.instance, "GET", f"/packages/{file.path}").body == wheel("hello", "1.0").read()


def test_a_deleted_filename_stays_burnt_after_a_restart(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path) as pypi:
        pypi.upload(wheel("hello", "1.0"))
        pypi.delete("hello", "1.0")
    with FakePyPI(data=tmp_path) as pypi, pytest.raises(UploadRejected) as rejected:
        pypi.upload(wheel("hello", "1.0"))
    assert rejected.value.rule == "filename-reuse"


def test_a_revoked_token_stays_revoked_after_a_restart(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path) as pypi:
        token = pypi.add_token()
        pypi.revoke(token)
    with FakePyPI(data=tmp_path) as pypi:
        assert pypi.index.tokens.identify(f"Bearer {token.secret}").problem == "unknown"


def test_pypi_and_testpypi_last_in_folders_of_their_own(tmp_path: Path) -> None:
    from fake_pypi import FakeIndexes

    for turn in (1, 2):
        with FakeIndexes(data=tmp_path, installed=False) as indexes:
            if turn == 1:
                indexes.testpypi.upload(wheel("hello", "1.0"))
            assert indexes.pypi.project("hello") is None
            assert indexes.testpypi.project("hello") is not None


def test_every_commit_is_written_through_to_the_disk(tmp_path: Path) -> None:
    instance = Instance(data=tmp_path)
    settings = {name: instance.index.db.value(f"PRAGMA {name}") for name in ("synchronous", "journal_mode")}
    instance.close()
    assert settings == {"synchronous": 2, "journal_mode": "wal"}  # 2 is FULL


def test_a_folder_that_another_index_has_open_is_rejected_in_one_line(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path) as pypi:
        with pytest.raises(UsageError, match="in use by another fake PyPI"):
            FakePyPI(data=tmp_path)
        pypi.upload(wheel("hello", "1.0"))


def test_a_folder_that_cannot_be_made_is_rejected_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be used: Not a directory"):
        FakePyPI(data=tmp_path / "file" / "data")


def test_a_database_that_is_none_is_rejected_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(UsageError, match="cannot be used"):
        FakePyPI(data=tmp_path)


# -- crashes


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from fake_pypi import FakePyPI, wheel
    from fake_pypi.index.database import Database
    from fake_pypi.web.engine import Engine

    put, transaction = Engine.put, Database.transaction

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def put_and_die(engine, path, spooled):
        if MOMENT == "before the rename":
            die()
        put(engine, path, spooled)
        die()

    MOMENT = sys.argv[2]
    with FakePyPI(data=sys.argv[1]) as pypi:
        pypi.upload(wheel("hello", "1.0"))
        Engine.put = put_and_die
        pypi.upload(wheel("hello", "2.0"))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", ["before the rename", "before the commit"])
def test_a_killed_process_leaves_no_row_without_a_file_and_its_file_is_set_aside(tmp_path: Path, moment: str) -> None:
    data = tmp_path / "data"
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(data), moment], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    left = sorted(each.name for each in (data / "files").rglob("*.whl"))
    spooled = list((data / "spool").iterdir())
    assert (len(left), len(spooled)) == ((1, 1) if moment == "before the rename" else (2, 0))
    with FakePyPI(data=data) as pypi:
        project = pypi.project("hello")
        assert project is not None
        assert list(project.releases) == ["1.0"]
        assert [each.name for each in (data / "files").rglob("*.whl")] == ["hello-1.0-py3-none-any.whl"]
        assert list((data / "spool").iterdir()) == []
        pypi.upload(wheel("hello", "2.0"))  # the name was not burnt by the crash


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_kill_in_the_middle_of_sending_leaves_only_what_the_start_sweeps(tmp_path: Path) -> None:
    script = """
        import os, signal, sys
        from fake_pypi.web.instance import Instance
        from tests.integration.asking import ask, basic, new_token, upload_body
        from fake_pypi import wheel
        from pathlib import Path

        class Breaking:
            def __init__(self, body):
                self.body = body
            def read(self, size=-1):
                if not self.body:
                    os.kill(os.getpid(), signal.SIGKILL)
                block, self.body = self.body, b""
                return block

        world = Instance(data=Path(sys.argv[1]))
        body = upload_body(wheel("hello", "1.0"))[:-200]
        ask(world, "POST", "/legacy/", Breaking(body), CONTENT_TYPE="multipart/form-data; boundary=frontier",
            HTTP_AUTHORIZATION=basic(new_token(world)))
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert len(list((tmp_path / "spool").iterdir())) == 1
    instance = Instance(data=tmp_path)
    rows, files = everything_in(instance)
    instance.close()
    assert (rows["files"], rows["projects"], files) == ([], [], [])


class BrokenDisk(OSError):
    """What a full disk says."""


def test_a_failing_disk_rolls_every_row_back(tmp_path: Path) -> None:
    instance = Instance(data=tmp_path)
    token = new_token(instance)
    before = everything_in(instance)
    put = instance.engine.put

    def full(path: str, spooled: Path) -> None:
        raise BrokenDisk(28, "No space left on device")

    instance.engine.put = full  # type: ignore[method-assign]
    with pytest.raises(StorageError, match="free some space"):
        upload(instance, wheel("hello", "1.0"), token)
    assert everything_in(instance) == before
    instance.engine.put = put  # type: ignore[method-assign]
    assert upload(instance, wheel("hello", "1.0"), token).status == 200
    instance.close()


def test_an_index_works_after_a_commit_that_failed(tmp_path: Path) -> None:
    instance = Instance(data=tmp_path)
    db = instance.index.db
    db.change("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
    db.change("CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")
    db.change("PRAGMA foreign_keys = ON")
    with pytest.raises(Exception, match="FOREIGN KEY"), db.transaction():  # noqa: PT012 - the commit itself fails
        instance.index.accounts.add("alice")
        db.change("INSERT INTO children VALUES (1)")
    assert instance.index.accounts.get("alice") is None
    assert upload(instance, wheel("hello", "1.0"), new_token(instance)).status == 200
    instance.close()


def test_a_seeded_package_is_stored_completely_or_not_at_all(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path) as pypi:
        pypi.add(wheel("hello", "1.0"))
        before = everything_in(pypi.instance)
        with pytest.raises(UsageError, match="on the index already"):
            pypi.add(wheel("hello", "1.0"))
        assert everything_in(pypi.instance) == before


SYNCED = """
    import os, sys
    from pathlib import Path
    from fake_pypi import FakePyPI, wheel

    events, fsync = [], os.fsync
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with FakePyPI(data=data) as pypi:
        token = pypi.token

        def noted(handle):
            fsync(handle)
            events.append(os.path.realpath(f"/proc/self/fd/{handle}"))

        os.fsync = noted
        pypi.index.db._connection.set_trace_callback(lambda text: events.append(text) if text == "COMMIT" else None)
        pypi.upload(wheel("hello", "1.0"), token=token)
        (file,) = pypi.instance.files.rglob("*.whl")
        print(file, *events, sep="\\n")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads from /proc which files were synced")
def test_file_and_folders_are_synced_before_the_row_is_committed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-c", textwrap.dedent(SYNCED)]
    file, *events = subprocess.run(
        [*command, str(data)], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    before = events[: len(events) - 1 - events[::-1].index("COMMIT")]
    assert any(Path(event).parent == data / "spool" for event in before)
    folders = {event for event in before if event.startswith(str(data / "files"))}
    assert folders == {str(each) for each in Path(file).parents if each.is_relative_to(data / "files")}
    in_memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
    assert set(in_memory) == {"COMMIT"}  # a temporary index need not wait for the disk
