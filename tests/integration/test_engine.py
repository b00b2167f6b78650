"""pypiserver keeps the files of an index and serves them; it never decides."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, sdist, wheel
from fake_pypi.errors import PypiserverMismatch
from fake_pypi.web.engine import Engine
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask, everything_in, new_token, upload


@pytest.fixture
def instance() -> Iterator[Instance]:
    with closing(Instance()) as opened:
        yield opened


@contextmanager
def bare_pypiserver(folder: Path) -> Iterator[str]:
    """The address of `pypi-server run FOLDER`, as anybody could start it."""
    code = (
        "import socket, sys\nfrom wsgiref.simple_server import WSGIRequestHandler, make_server\n"
        "import pypiserver\n"
        "app = pypiserver.app(roots=[sys.argv[1]])\n"
        "server = make_server('127.0.0.1', 0, app)\nprint(server.server_port, flush=True)\nserver.serve_forever()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@pytest.mark.slow
def test_pypi_server_run_on_the_files_folder_serves_the_same_files(tmp_path: Path) -> None:
    packages = [wheel("hello", "1.0"), sdist("hello", "1.0"), wheel("Other_Name", "2.0b1")]
    with FakePyPI(data=tmp_path) as pypi:
        pypi.upload(*packages)
        with bare_pypiserver(pypi.instance.files) as url:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            for package in packages:
                project = package.filename.partition("-")[0].replace("_", "-").lower()
                page = opener.open(f"{url}/simple/{project}/").read().decode()
                link = re.search(rf'href="([^"#]*{re.escape(package.filename)})', page)
                assert link, page
                assert opener.open(url + link[1]).read() == package.read()


def test_with_pypiservers_app_raising_downloads_and_the_first_upload_of_a_kind_fail(instance: Instance) -> None:
    token = new_token(instance)
    assert upload(instance, wheel("hello", "1.0"), token).status == 200
    path = instance.index.releases.files(instance.index.projects["hello"])[0].path
    before = everything_in(instance)

    def broken(_environ: object, _start_response: object) -> None:
        raise OSError("pypiserver is ill")

    instance.engine._app = broken
    with pytest.raises(OSError, match="is ill"):
        upload(instance, sdist("hello", "2.0"), token)
    with pytest.raises(OSError, match="is ill"):
        ask(instance, "GET", f"/packages/{path}")
    rows, _ = everything_in(instance)
    assert rows == before[0]


def test_the_files_folder_holds_exactly_what_was_accepted(instance: Instance) -> None:
    token = new_token(instance)
    upload(instance, wheel("hello", "1.0"), token)
    upload(instance, wheel("hello", "1.0", summary="changed"), token)
    upload(instance, wheel("hello", "2.0", broken="no-record"), token)
    names = [each.name for each in instance.files.rglob("*") if each.is_file()]
    assert names == ["hello-1.0-py3-none-any.whl"]


def test_a_deleted_file_is_removed_and_its_address_is_404(instance: Instance) -> None:
    upload(instance, wheel("hello", "1.0"), new_token(instance))
    project = instance.index.projects["hello"]
    gone = instance.index.releases.delete_file(project, "hello-1.0-py3-none-any.whl")
    instance.engine.remove(gone.path)
    assert ask(instance, "GET", f"/packages/{gone.path}").status == 404
    assert [each for each in instance.files.rglob("*") if each.is_file()] == []


def test_removing_a_missing_file_is_no_error(tmp_path: Path) -> None:
    Engine(tmp_path).remove("aa/bb/cc/hello-1.0.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_renamed_into_place_not_copied(tmp_path: Path) -> None:
    spooled = tmp_path / "spooled"
    spooled.write_bytes(b"content")
    inode = spooled.stat().st_ino
    (tmp_path / "files").mkdir()
    engine = Engine(tmp_path / "files")
    engine.put("aa/bb/cc/hello-1.0.tar.gz", spooled)
    kept = tmp_path / "files/aa/bb/cc/hello-1.0.tar.gz"
    assert (kept.stat().st_ino, spooled.exists()) == (inode, False)


def test_a_file_that_pypiserver_does_not_serve_raises_an_error_and_is_not_stored(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    engine = Engine(tmp_path / "files")
    engine._app = lambda _environ, start_response: start_response("404 Not Found", []) or [b""]
    spooled = tmp_path / "spooled"
    spooled.write_bytes(b"content")
    with pytest.raises(PypiserverMismatch, match=r"hello-1\.0\.tar\.gz.*404.*please report"):
        engine.put("aa/bb/cc/hello-1.0.tar.gz", spooled)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("name", ["hello 1.0.tar.gz", "hello-1.0%2e.tar.gz", "hello-1.0#.tar.gz"])
def test_a_name_with_unusual_characters_is_checked_each_time(tmp_path: Path, name: str) -> None:
    (tmp_path / "files").mkdir()
    engine = Engine(tmp_path / "files")
    spooled = tmp_path / "spooled"
    for number in range(2):
        spooled.write_bytes(b"content")
        engine.put(f"aa/bb/c{number}/hello-1.0.tar.gz", spooled)
    engine._app = lambda _environ, start_response: start_response("404 Not Found", []) or [b""]
    spooled.write_bytes(b"content")
    with pytest.raises(PypiserverMismatch):
        engine.put(f"aa/bb/cc/{name}", spooled)


def test_two_engines_do_not_share_a_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = Engine(tmp_path / "one"), Engine(tmp_path / "two")
    spooled = tmp_path / "spooled"
    spooled.write_bytes(b"content")
    one.put("aa/bb/cc/hello-1.0.tar.gz", spooled)
    assert one._request("HEAD", "aa/bb/cc/hello-1.0.tar.gz")[0].startswith("200")
    assert two._request("HEAD", "aa/bb/cc/hello-1.0.tar.gz")[0].startswith("404")


@pytest.mark.parametrize("kept", [False, True])
def test_a_file_name_that_is_not_ascii_is_stored_and_served(tmp_path: Path, kept: bool) -> None:
    """pypiserver answers 400 for such a name, which PyPI stores (recorded case differential/3386-0)."""
    package = wheel("hello", "1.0").renamed("hello-1.0-épy3-none-any.whl")
    with package.open() as file:
        content = file.read()
    with FakePyPI(data=tmp_path if kept else None) as pypi:
        pypi.upload(package)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{pypi.simple_url}hello/") as page:
            address = re.search(r'href="([^"#]+)', page.read().decode())
        assert address is not None
        assert address[1].isascii()
        with opener.open(address[1]) as file:
            assert file.read() == content
        with opener.open(urllib.request.Request(address[1], headers={"Range": "bytes=1-3"})) as part:
            assert (part.status, part.read()) == (206, content[1:4])
        with opener.open(urllib.request.Request(address[1], method="HEAD")) as head:
            assert head.headers["Content-Length"] == str(package.size)
        pypi.delete(filename=package.filename)
        assert not any(path.is_file() for path in pypi.instance.files.rglob("*.whl"))
