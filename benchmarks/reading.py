"""What reading costs in an empty and in a full index, and next to pypiserver and devpi-server.

Run it with `python -m benchmarks.reading`. Every figure is the median of some rounds. Our index answers through
its own server; pypiserver runs on wsgiref, the server that `pypi-server run` falls back to, and on ours;
devpi-server runs as its own command, installed for it; if it cannot be installed, a line says so.
"""

from __future__ import annotations

import http.client
import json
import resource
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

from benchmarks.devpi import SIMPLE, devpi
from fake_pypi import FakePyPI
from fake_pypi.packages.wheel import wheel
from fake_pypi.serving.server import Server

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
ROUNDS = 15
PROJECTS, FILES_EACH, FILES_OF_ONE = 1000, 10, 5000


def main() -> None:
    """Print one line a figure."""
    with FakePyPI() as empty, FakePyPI() as full:
        empty.add(*(wheel("project-0", f"1.{number}") for number in range(FILES_EACH)))  # the same project, alone
        _line("seed 10,000 files in 1,000 projects, s", *_seconds(lambda: _fill(full)))
        _line("memory of the process after that, MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        for what, path in (("simple page", "/simple/project-0/"), ("JSON page", "/pypi/project-0/json")):
            _compare(f"{what}, ms", _reading(empty, path), _reading(full, path))
        _compare("download, ms", _reading(empty, _file_of(empty)), _reading(full, _file_of(full)))
        _compare("upload, ms", _uploading(empty), _uploading(full))
    with FakePyPI() as one:
        one.add(*(wheel("big", f"{number // 50}.{number % 50}") for number in range(FILES_OF_ONE)))
        for what, path in (("simple page", "/simple/big/"), ("JSON page", "/pypi/big/json")):
            _line(f"{what} of 5,000 files, ms", _reading(one, path))
            _line(f"{what} of 5,000 files that the client has, ms", _reading(one, path, known=True))
    for files in (100, 10_000):
        _beside_pypiserver(files)
    _beside_devpi()


def _fill(pypi: FakePyPI) -> None:
    pypi.add(*(wheel(f"project-{each}", f"1.{number}") for each in range(PROJECTS) for number in range(FILES_EACH)))


def _file_of(pypi: FakePyPI) -> str:
    project = pypi.index.projects["project-0"]
    return f"/packages/{pypi.index.releases.files(project)[0].path}"


def _reading(pypi: FakePyPI, path: str, *, known: bool = False) -> float:
    return _milliseconds(pypi.host, pypi.port, path, known=known)


def _milliseconds(host: str, port: int, path: str, *, known: bool = False) -> float:
    """The median time of one request on a connection that stays open where the server lets it."""
    connection = http.client.HTTPConnection(host, port)
    headers, spent = dict(JSON), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        spent.append(time.perf_counter() - started)
        if known:
            headers["If-None-Match"] = answer.headers["ETag"]
        if answer.will_close:
            connection.close()
    connection.close()
    return statistics.median(spent) * 1000


def _uploading(pypi: FakePyPI) -> float:
    token = pypi.token
    packages = [wheel("upload-here", f"1.{number}") for number in range(ROUNDS)]
    return statistics.median(_seconds(partial(pypi.upload, each, token=token))[0] for each in packages) * 1000


def _beside_pypiserver(files: int) -> None:
    """Download one small file out of many."""
    packages = [wheel(f"project-{number % 100}", f"1.{number}") for number in range(files)]
    with FakePyPI() as pypi, tempfile.TemporaryDirectory() as folder:
        pypi.add(*packages)
        for package in packages:
            package.write_to(Path(folder))
        ours = _reading(pypi, _file_of(pypi))
        app = _pypiserver(folder)
        with Server(app) as server:
            on_ours = _milliseconds(server.host, server.port, f"/packages/{packages[0].filename}")
        with _wsgiref(app) as port:
            on_wsgiref = _milliseconds("127.0.0.1", port, f"/packages/{packages[0].filename}")
    print(
        f"download, {files} files, ms: {ours:.2f}   pypiserver on wsgiref {on_wsgiref:.2f}, on our server {on_ours:.2f}"
    )


def _beside_devpi() -> None:
    """Read a project of 100 files, and one of them."""
    packages = [wheel("project-0", f"1.{number}") for number in range(100)]
    with FakePyPI() as pypi, tempfile.TemporaryDirectory() as place:
        dists = Path(place, "dists")
        dists.mkdir()
        pypi.add(*packages)
        for package in packages:
            package.write_to(dists)
        with devpi(dists, Path(place)) as port:
            if port is None:
                return
            page = f"{SIMPLE}/project-0/"
            theirs = _milliseconds("127.0.0.1", port, page), _milliseconds("127.0.0.1", port, _first_file(port, page))
        ours = _reading(pypi, "/simple/project-0/"), _reading(pypi, _file_of(pypi))
    for what, mine, other in zip(("simple page of 100 files", "download, 100 files"), ours, theirs, strict=True):
        print(f"{what}, ms: {mine:.2f}   devpi-server {other:.2f}")


def _first_file(port: int, page: str) -> str:
    with urlopen(Request(f"http://127.0.0.1:{port}{page}", headers=JSON)) as answer:
        file = str(json.load(answer)["files"][0]["url"])
        return urlsplit(urljoin(f"http://127.0.0.1:{port}{page}", file)).path


def _pypiserver(folder: str) -> Callable[..., Iterator[bytes]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypiserver

        app: Callable[..., Iterator[bytes]] = pypiserver.app(
            roots=[Path(folder)], backend_arg="simple-dir", disable_fallback=True, authenticate=[], password_file="."
        )
        return app


@contextmanager
def _wsgiref(app: Callable[..., Iterator[bytes]]) -> Iterator[int]:
    class Quiet(WSGIRequestHandler):
        def log_message(self, *_words: object) -> None:
            return

    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _seconds(work: Callable[[], object]) -> list[float]:
    started = time.perf_counter()
    work()
    return [time.perf_counter() - started]


def _line(what: str, figure: float) -> None:
    print(f"{what}: {figure:.2f}")


def _compare(what: str, in_empty: float, in_full: float) -> None:
    print(f"{what}: {in_empty:.2f} in an empty index, {in_full:.2f} in the full one ({in_full / in_empty:.2f} x)")


if __name__ == "__main__":
    main()
