"""A disk that fails while `serve` runs: the client gets a 503, standard error says what to do, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fake_pypi import Package, wheel
from fake_pypi.cli.index_options import indexes_for
from fake_pypi.fake.http_upload import upload
from tests.e2e.cli.serving import Serving, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="`serve` is ended with a signal that Windows has not")
IS_ROOT = getattr(os, "geteuid", lambda: 1)() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of two megabytes."""
    if not sys.platform.startswith("linux") or not IS_ROOT:
        pytest.skip("only root mounts a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"this container may not mount: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def large(name: str, size: int) -> Package:
    """Return a wheel with this number of bytes that cannot be compressed."""
    noise = random.Random(name).randbytes(size)
    return wheel(name, "1.0", files={f"{name}/noise.bin": noise})


def sent(served: Serving, package: Package) -> tuple[int, str]:
    return upload(f"{served['pypi'].rstrip('/')}/legacy/", package, served["token"])


@pytest.mark.parametrize("words", [(), ("--quiet",)], ids=["with a line per request", "quiet"])
def test_a_full_disk_is_a_503_and_a_line_and_uploads_work_again_once_there_is_space(
    tmp_path: Path, small_disk: Path, words: tuple[str, ...]
) -> None:
    with serving(tmp_path, "--data", str(small_disk / "data"), *words) as served:
        assert sent(served, wheel("small", "1.0"))[0] == 200
        (small_disk / "ballast").write_bytes(bytes(600_000))
        assert sent(served, large("hello", 1_500_000)) == (503, "The index cannot use its disk")
        (small_disk / "ballast").unlink()
        assert sent(served, large("hello", 500_000))[0] == 200
        code, stderr = served.stop()
    messages = [line for line in stderr.splitlines() if line.startswith("fake-pypi: ")]
    problems = [line for line in messages if "for browsers" not in line]
    assert code == 0
    assert len(problems) == 1
    assert "free some space" in problems[0]
    assert "Traceback" not in stderr


def test_a_full_disk_keeps_neither_rows_nor_files_of_small_uploads(tmp_path: Path, small_disk: Path) -> None:
    with serving(tmp_path, "--data", str(small_disk / "data"), "--quiet") as served:
        statuses = []
        for number in range(200):
            statuses.append(sent(served, wheel(f"hello-{number}", "1.0"))[0])
            if statuses[-1] != 200:
                break
        (small_disk / "data" / "pypi" / "files").stat()
        served.process.kill()
        served.process.wait()
    assert set(statuses) == {200, 503}
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    with serving(tmp_path, "--data", str(small_disk / "data"), "--quiet") as served:
        page = urllib.request.urlopen(f"{served['pypi'].rstrip('/')}/simple/").read().decode()
        assert page.count('href="/simple/') == statuses.count(200)
        code, stderr = served.stop()
    assert (code, stderr) == (0, "")


def test_a_backup_to_a_full_disk_is_one_line_and_is_not_taken_for_a_backup(tmp_path: Path, small_disk: Path) -> None:
    with serving(tmp_path, "--data", str(tmp_path / "data"), "--quiet") as served:
        assert sent(served, large("hello", 3_000_000))[0] == 200
        done = served.command("data", "backup", str(tmp_path / "data"), str(small_disk / "backup"))
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done
        assert "free some space" in done.stderr
        assert sent(served, wheel("world", "1.0"))[0] == 200
        assert served.stop() == (0, "")
    assert not (small_disk / "backup" / "pypi" / "index.sqlite3").exists()


def test_a_folder_that_was_removed_is_a_503_and_a_line(tmp_path: Path) -> None:
    with serving(tmp_path, "--data", str(tmp_path / "data"), "--quiet") as served:
        assert sent(served, wheel("hello", "1.0"))[0] == 200
        shutil.rmtree(tmp_path / "data" / "pypi" / "spool")
        assert sent(served, wheel("hello", "2.0"))[0] == 503
        _, stderr = served.stop()
    assert len(stderr.splitlines()) == 1
    assert "start again" in stderr


def test_an_internal_error_has_its_traceback_and_no_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import argparse

    options = argparse.Namespace(data=None, wheelhouse=[], upstream=None, without=[], as_of=None)
    with indexes_for(options) as indexes:
        token = indexes.pypi.token.secret

        def broken(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
            raise KeyError(token)

        indexes.servers.indexes["pypi"].app = broken
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with contextlib.suppress(urllib.error.HTTPError):
            opener.open(f"{indexes.pypi.url}/simple/")
    said = capsys.readouterr().err
    assert "please report it" in said
    assert "in broken" in said
    assert token not in said
