"""An index is emptied, saved and restored: what comes back, what stays, and requests that are under way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, UploadRejected, UsageError, wheel


@pytest.fixture(params=["in memory", "data folder"])
def pypi(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FakePyPI]:
    with FakePyPI(data=tmp_path / "data" if request.param == "data folder" else None) as opened:
        yield opened


def filenames(pypi: FakePyPI) -> list[str]:
    return pypi.index.releases.filenames()


def stored(pypi: FakePyPI) -> set[str]:
    return {path.name for path in pypi.instance.files.rglob("*") if path.is_file()}


def download(pypi: FakePyPI, filename: str) -> bytes:
    from urllib.request import urlopen

    row = pypi.index.releases.file(filename)
    assert row is not None
    with urlopen(f"{pypi.url}/packages/{row.path}") as response:
        return bytes(response.read())


def test_everything_that_was_saved_comes_back(pypi: FakePyPI) -> None:
    package = wheel("hello", "1.0")
    pypi.upload(package)
    pypi.add_user("alice")
    pypi.flags.read_only = True
    pypi.limits.file_size = 5
    pypi.clock.advance(days=10)
    pypi.faults.add("reset when path=/nothing times=1")
    saved, rules = pypi.snapshot(), pypi.rules
    pypi.flags.read_only = False
    pypi.limits.file_size = 10_000
    pypi.delete("hello")
    pypi.remove_user("alice")
    pypi.clock.advance(days=-10)
    pypi.faults.clear()
    pypi.rules = pypi.rules.without("unknown-classifier")
    pypi.upload(wheel("other", "1.0"))
    for _ in range(2):
        pypi.restore(saved)
        assert filenames(pypi) == [package.filename]
        assert download(pypi, package.filename) == package.read()
        assert pypi.users.resolve("alice").name == "alice"
        assert (pypi.flags.read_only, pypi.limits.file_size) == (True, 5)
        assert pypi.clock.shift > timedelta(days=9)
        assert pypi.faults.used == {"reset when path=/nothing times=1": 0}
        assert pypi.rules is rules
    assert (len(pypi.rejections), pypi.requests[0].path.startswith("/packages/")) == (0, True)


def test_an_index_is_emptied(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0"))
    pypi.clock.advance(days=10)
    pypi.flags.read_only = True
    pypi.faults.add("stale seconds=60 pages=simple")
    token = pypi.token.secret
    pypi.reset()
    assert (filenames(pypi), list(pypi.requests), pypi.faults.used) == ([], [], {})
    assert (pypi.flags.read_only, pypi.clock.shift) == (False, timedelta())
    assert pypi.token.secret == token
    pypi.upload(wheel("hello", "1.0"), token=token)  # the name of a file can be used again
    assert filenames(pypi) == ["hello-1.0-py3-none-any.whl"]


def test_bytes_stay_as_long_as_a_snapshot_needs_them(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0"))
    saved = pypi.snapshot()
    pypi.delete("hello")
    pypi.reset()
    pypi.instance.unlisted_files.close()
    assert stored(pypi) == {"hello-1.0-py3-none-any.whl"}
    pypi.restore(saved)
    assert download(pypi, "hello-1.0-py3-none-any.whl") == wheel("hello", "1.0").read()
    del saved
    pypi.reset()
    pypi.instance.unlisted_files.close()
    assert stored(pypi) == set()


def test_a_file_that_is_uploaded_again_after_a_reset_is_not_removed(pypi: FakePyPI) -> None:
    for _ in range(5):
        pypi.upload(wheel("hello", "1.0"))
        pypi.reset()
        pypi.upload(wheel("hello", "1.0"))
        pypi.instance.unlisted_files.close()
        assert download(pypi, "hello-1.0-py3-none-any.whl") == wheel("hello", "1.0").read()
        pypi.reset()


def test_rules_that_were_left_out_at_the_start_stay_left_out() -> None:
    with FakePyPI(without=["unknown-classifier"]) as pypi:
        pypi.rules = pypi.rules.without("duplicate-file")
        pypi.reset()
        ids = [rule.id for rule in pypi.rules]
        assert ("unknown-classifier" in ids, "duplicate-file" in ids) == (False, True)


def test_settings_of_the_start_apply_after_each_reset() -> None:
    with FakePyPI() as pypi:
        pypi.at_start(lambda: pypi.flags.set("read-only"))
        pypi.flags.read_only = False
        pypi.reset()
        assert pypi.flags.read_only


def test_adopted_tokens_stay_valid_and_revoked_ones_do_not_come_back() -> None:
    with FakePyPI() as pypi:
        pypi.adopt_token("a text of my own")
        pypi.adopt_token("another text")
        pypi.revoke("another text")
        pypi.reset()
        pypi.upload(wheel("hello", "1.0"), token="a text of my own")
        with pytest.raises(UploadRejected):
            pypi.upload(wheel("hello", "2.0"), token="another text")


def test_the_password_for_a_server_without_tokens_stays_valid() -> None:
    with FakePyPI("devpi") as index:
        index.upload(wheel("hello", "1.0"))
        index.reset()
        index.upload(wheel("hello", "1.0"))


def test_rate_limits_are_part_of_the_state() -> None:
    with FakePyPI() as pypi:
        pypi.limits.new_projects_per_day = 1
        saved = pypi.snapshot()
        for _ in range(2):
            pypi.upload(wheel("hello", "1.0"))
            with pytest.raises(UploadRejected):
                pypi.upload(wheel("other", "1.0"))
            pypi.restore(saved)


def test_a_snapshot_of_another_index_is_rejected() -> None:
    with FakePyPI() as pypi, FakePyPI("testpypi") as testpypi, pytest.raises(UsageError, match="of another index"):
        pypi.restore(testpypi.snapshot())


def test_a_state_is_not_replaced_inside_a_transaction() -> None:
    with FakePyPI() as pypi, pypi.index.db.transaction():
        with pytest.raises(UsageError, match="in a transaction"):
            pypi.snapshot()
        with pytest.raises(UsageError, match="in a transaction"):
            pypi.reset()


def test_an_upload_that_a_reset_overtakes_changes_nothing() -> None:
    with FakePyPI() as pypi, closing(socket.create_connection(("127.0.0.1", pypi.port), timeout=60)) as client:
        body = b'--b\r\nContent-Disposition: form-data; name=":action"\r\n\r\nfile_upload\r\n--b--\r\n'
        head = b"POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        client.sendall(head + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body))
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")  # it waits for the form now
        before = pypi.index.db.turn
        pypi.reset()
        after = pypi.index.db.turn
        client.sendall(body)
        while client.recv(1000):  # a response that changed nothing, or none: then the connection is closed
            break
        assert (after > before, pypi.index.db.turn) == (True, after)
        pypi.upload(wheel("hello", "1.0"))
        assert pypi.errors == []


def test_uploads_and_resets_at_once_leave_a_sound_index() -> None:
    with FakePyPI() as pypi:
        token, stopped = pypi.token.secret, threading.Event()
        failures: list[BaseException] = []

        def upload() -> None:
            number = 0
            while not stopped.is_set():
                number += 1
                try:
                    pypi.upload(wheel("hello", f"{number}.0"), token=token)
                except (UploadRejected, OSError, IndexError):  # IndexError: the record of a rejection was emptied
                    continue
                except BaseException as error:  # noqa: BLE001 - reported below
                    failures.append(error)
                    return

        threads = [threading.Thread(target=upload) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(15):
            pypi.reset()
        stopped.set()
        for thread in threads:
            thread.join()
        pypi.instance.unlisted_files.close()
        assert failures == []
        assert pypi.errors == []
        rows = pypi.index.db.rows("SELECT filename FROM files WHERE release NOT IN (SELECT id FROM releases)")
        assert rows == []
        assert {*filenames(pypi)} == stored(pypi)
