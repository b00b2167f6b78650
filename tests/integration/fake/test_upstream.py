"""Another index as a source, over real sockets: a second fake plays the real one."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import PackageSourceError, UsageError
from fake_pypi.fake import upstream
from fake_pypi.fake.upstream import UpstreamPackages
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.serving.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WHEEL, SDIST = wheel("lib", "1.0", requires_python=">=3.8"), sdist("lib", "1.1")


@pytest.fixture
def real() -> Iterator[FakePyPI]:
    """The index that plays the real one."""
    with FakePyPI() as index:
        index.add(WHEEL, SDIST)
        yield index


@pytest.fixture
def source(real: FakePyPI, tmp_path: Path) -> UpstreamPackages:
    """The source under test."""
    return UpstreamPackages(real.simple_url, tmp_path)


def test_its_files_have_the_facts_of_its_page(source: UpstreamPackages) -> None:
    offers = source.files("lib")
    assert [(offer.filename, offer.version, offer.requires_python) for offer in offers] == [
        ("lib-1.0-py3-none-any.whl", "1.0", ">=3.8"),
        ("lib-1.1.tar.gz", "1.1", None),
    ]
    assert [(offer.size, offer.sha256) for offer in offers] == [(each.size, each.sha256) for each in (WHEEL, SDIST)]


def test_a_file_is_downloaded_at_its_first_request_and_only_once(real: FakePyPI, source: UpstreamPackages) -> None:
    offer = source.find(WHEEL.filename)
    assert offer is not None
    assert not any("/packages/" in each.path for each in real.requests)
    assert {offer.path().read_bytes() for _ in range(3)} == {WHEEL.read()}
    assert sum("/packages/" in each.path for each in real.requests) == 1


def test_metadata_comes_without_the_wheel(real: FakePyPI, source: UpstreamPackages) -> None:
    found = source.find(WHEEL.filename), source.find(SDIST.filename)
    assert [None if offer is None else offer.metadata() is None for offer in found] == [False, True]
    assert [each.path.endswith(".metadata") for each in real.requests if "/packages/" in each.path] == [True]


def test_an_unknown_project_is_requested_once(real: FakePyPI, source: UpstreamPackages) -> None:
    assert [source.files("nope"), source.files("nope"), source.find("nope-1.0.tar.gz")] == [(), (), None]
    assert len(real.requests) == 1


def test_a_file_with_another_digest_is_not_stored(real: FakePyPI, source: UpstreamPackages) -> None:
    offer = source.find(WHEEL.filename)
    path = next(real.instance.files.rglob("*.whl"))
    path.write_bytes(path.read_bytes()[::-1])
    assert offer is not None
    with pytest.raises(PackageSourceError, match="another digest"):
        offer.path()
    assert not list(source._cache_dir.rglob("*.*"))


def test_an_index_that_cannot_be_reached_raises_the_same_error_again_at_once(tmp_path: Path) -> None:
    with FakePyPI() as gone:
        url = gone.simple_url
    source = UpstreamPackages(url, tmp_path)
    for _ in range(2):
        with pytest.raises(PackageSourceError, match="cannot be reached"):
            source.files("lib")


@pytest.mark.parametrize("url", ["file:///etc", "pypi.org/simple", "ftp://pypi.org/"])
def test_an_address_that_is_no_web_address_is_a_usage_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no address of an index"):
        UpstreamPackages(url, tmp_path)


def test_an_index_shows_what_its_upstream_has(real: FakePyPI) -> None:
    with FakePyPI(upstream=real.simple_url) as pypi:
        request = urllib.request.Request(
            f"{pypi.simple_url}lib/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
        )
        with urllib.request.urlopen(request) as answer:
            page: Any = json.load(answer)
        assert page["versions"] == ["1.0", "1.1"]
        for file, package in zip(page["files"], (WHEEL, SDIST), strict=True):
            with urllib.request.urlopen(file["url"]) as answer:
                assert answer.read() == package.read()


class SlowIndex:
    """A WSGI application that answers a look-up when `release` is set, and knows how many wait for that."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.waiting = threading.Semaphore(0)
        self.asked: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        self.waiting.release()
        self.release.wait(30)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"files": []}']


def test_projects_are_looked_up_at_the_same_time_and_each_one_once(tmp_path: Path) -> None:
    index = SlowIndex()
    with Server(index) as server, ThreadPoolExecutor(16) as pool:
        source = UpstreamPackages(f"{server.url}/simple/", tmp_path)
        found = [pool.submit(source.files, f"project-{number % 8}") for number in range(16)]
        for _ in range(8):
            assert index.waiting.acquire(timeout=20), "the look-ups wait for each other"
        index.release.set()
        assert [each.result(20) for each in found] == [()] * 16
        assert sorted(index.asked) == [f"/simple/project-{number}/" for number in range(8)]


def test_a_look_up_that_failed_is_made_again(tmp_path: Path) -> None:
    statuses = iter(["503 Service Unavailable", "200 OK"])

    def flaky(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(next(statuses), [("Content-Type", "application/json")])
        return [b'{"files": []}']

    with Server(flaky) as server:
        source = UpstreamPackages(f"{server.url}/simple/", tmp_path)
        with pytest.raises(PackageSourceError, match="503"):
            source.files("lib")
        assert source.files("lib") == ()


def test_the_number_of_remembered_projects_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "MOST_PROJECTS", 3)
    index = SlowIndex()
    index.release.set()
    with Server(index) as server:
        source = UpstreamPackages(f"{server.url}/simple/", tmp_path)
        for name in ("a", "b", "c", "d", "d", "a"):
            source.files(name)
        assert index.asked == [f"/simple/{name}/" for name in "abcda"]
