"""The caches of pip and uv ask the index whether a page has changed, and believe its 304."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from fake_pypi import FakeIndexes, wheel
from tests.e2e.provision import programs_of


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as running:
        running.pypi.add(wheel("demo", "1.0"))
        yield running


def test_pips_cache_learns_that_nothing_has_changed_and_sees_what_has(indexes: FakeIndexes, tmp_path: Path) -> None:
    pypi, shell = indexes.pypi, indexes.shell()  # pip stores what it receives over HTTPS only
    pip = f"{programs_of('pip', 'newest')}{os.sep}pip"

    def download(folder: str, *options: str) -> list[str]:
        shell.run([pip, "download", "--no-deps", *options, "-d", str(tmp_path / folder), "demo"])
        return [file.name for file in (tmp_path / folder).iterdir()]

    refresh = ("--refresh-package", ":all:")
    assert download("one") == ["demo-1.0-py3-none-any.whl"]
    asked = pypi.requests.total
    assert download("two") == ["demo-1.0-py3-none-any.whl"]  # the page may be used for ten minutes without a request
    assert pypi.requests.after(asked) == []
    assert download("three", *refresh) == ["demo-1.0-py3-none-any.whl"]
    first, again = pypi.requests.matching(client="pip", path="/simple/demo/")
    assert (first.status, again.status) == (200, 304)
    assert again.headers["if-none-match"] == first.response.headers["etag"] == again.response.headers["etag"]
    assert again.response.body == b""
    pypi.add(wheel("demo", "2.0"))
    assert download("four", *refresh) == ["demo-2.0-py3-none-any.whl"]
    pypi.yank("demo", "2.0", "broken")
    assert download("five", *refresh) == ["demo-1.0-py3-none-any.whl"]
    assert [request.status for request in pypi.requests.matching(path="/simple/demo/")] == [200, 304, 200, 200]
    pypi.requests.assert_received(times=1, path="/packages/*demo-1.0*.whl")


def test_uvs_cache_learns_that_nothing_has_changed_and_sees_what_has(indexes: FakeIndexes, tmp_path: Path) -> None:
    pypi, shell = indexes.pypi, indexes.shell()
    requirements = tmp_path / "requirements.in"
    requirements.write_text("demo\n", encoding="utf-8")

    def resolved(*options: str) -> str:
        words = ["uv", "pip", "compile", "--no-header", "--no-annotate", "--quiet", *options, str(requirements)]
        return shell.run([sys.executable, "-m", *words]).stdout.strip()

    assert resolved() == "demo==1.0"
    asked = pypi.requests.total
    assert resolved() == "demo==1.0"  # the page may be used for ten minutes without a request
    assert pypi.requests.after(asked) == []
    assert resolved("--refresh") == "demo==1.0"
    again = pypi.requests.assert_received(client="uv", path="/simple/demo/", status=304)
    assert again.headers["if-none-match"] == pypi.requests[0].response.headers["etag"]
    pypi.add(wheel("demo", "2.0"))
    assert resolved("--refresh") == "demo==2.0"
    pypi.yank("demo", "2.0", "broken")
    assert resolved("--refresh") == "demo==1.0"


def test_proxpi_serves_the_pages_and_files_of_the_index_and_learns_of_changes(
    indexes: FakeIndexes, tmp_path: Path
) -> None:
    pypi, shell = indexes.pypi, indexes.shell()
    program = f"{programs_of('proxpi', 'readers')}{os.sep}gunicorn"
    port_file = tmp_path / "port"
    hook = f"lambda server: open({str(port_file)!r}, 'w').write(str(server.LISTENERS[0].getsockname()[1]))"
    settings = tmp_path / "gunicorn.conf.py"
    settings.write_text(f"bind = '127.0.0.1:0'\nworkers = 1\nthreads = 2\nwhen_ready = {hook}\n", encoding="utf-8")
    variables = {**shell.env, "PROXPI_INDEX_URL": pypi.simple_url, "PROXPI_CACHE_DIR": str(tmp_path / "cache")}
    words = [program, "--config", str(settings), "proxpi.server:app"]
    with subprocess.Popen(words, env=variables, stderr=subprocess.PIPE, text=True) as proxpi:
        try:
            assert proxpi.stderr is not None
            assert any("Booting worker" in line for line in proxpi.stderr)
            address = f"http://127.0.0.1:{port_file.read_text()}/index"

            def download(folder: str) -> list[str]:
                pip = [f"{programs_of('pip', 'newest')}{os.sep}pip", "download", "--no-deps", "--no-cache-dir"]
                words = [*pip, "-i", f"{address}/", "-d", str(tmp_path / folder), "demo"]
                shell.run(words, env={"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
                return [file.name for file in (tmp_path / folder).iterdir()]

            assert download("one") == download("two") == ["demo-1.0-py3-none-any.whl"]
            pypi.requests.assert_received(times=1, method="GET", client="proxpi", path="/packages/*.whl")
            pypi.add(wheel("demo", "2.0"))
            delete = Request(address.replace("/index", "/cache/demo"), method="DELETE")
            build_opener(ProxyHandler({})).open(delete, timeout=60).close()
            assert download("three") == ["demo-2.0-py3-none-any.whl"]
        finally:
            proxpi.terminate()
            proxpi.communicate(timeout=60)


@pytest.mark.slow
def test_devpis_mirror_of_pypi_serves_the_index_and_learns_of_changes(indexes: FakeIndexes, tmp_path: Path) -> None:
    pypi, shell = indexes.pypi, indexes.shell()
    programs, folder = programs_of("devpi-server", "readers"), str(tmp_path / "devpi")
    shell.run([f"{programs}{os.sep}devpi-init", "--serverdir", folder], timeout=180)
    words = [f"{programs}{os.sep}devpi-server", "--serverdir", folder, "--host", "127.0.0.1", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, env=dict(shell.env), stdout=pipe, stderr=subprocess.STDOUT, text=True) as devpi:
        try:
            assert devpi.stdout is not None
            address = next(line for line in devpi.stdout if "Serving on" in line).rpartition(" ")[2].strip()
            user = "root"
            index = f"{address}/{user}/pypi/+simple/"  # its own mirror of https://pypi.org/simple/

            def download(target: str) -> list[str]:
                pip = [f"{programs_of('pip', 'newest')}{os.sep}pip", "download", "--no-deps", "--no-cache-dir"]
                words = [*pip, "-i", index, "-d", str(tmp_path / target), "demo"]
                shell.run(words, env={"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
                return [file.name for file in (tmp_path / target).iterdir()]

            assert download("one") == download("two") == ["demo-1.0-py3-none-any.whl"]
            pypi.requests.assert_received(client="devpi-server", host="pypi.org", path="/simple/demo/", times=1)
            pypi.requests.assert_received(host="files.pythonhosted.org", path="/packages/*.whl", times=1)
            pypi.requests.assert_not_received(client="pip")
            pypi.add(wheel("demo", "2.0"))
            refresh = Request(f"{index}demo/refresh", data=b"", method="POST")
            build_opener(ProxyHandler({})).open(refresh, timeout=60).close()
            assert download("three") == ["demo-2.0-py3-none-any.whl"]
        finally:
            devpi.terminate()
            devpi.communicate(timeout=60)
