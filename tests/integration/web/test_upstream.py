"""Another index as a source, over real sockets: a second fake plays the real one."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import SourceFailed, UsageMistake
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.upstream import UpstreamSource

WHEEL, SDIST = wheel("lib", "1.0", requires_python=">=3.8"), sdist("lib", "1.1")


@pytest.fixture
def real() -> Iterator[FakePyPI]:
    """The index that plays the real one."""
    with FakePyPI() as index:
        index.add(WHEEL, SDIST)
        yield index


@pytest.fixture
def source(real: FakePyPI, tmp_path: Path) -> UpstreamSource:
    """The source under test."""
    return UpstreamSource(real.simple_url, tmp_path)


def test_its_files_are_offered_with_what_its_page_says(source: UpstreamSource) -> None:
    offers = source.offers("lib")
    assert [(offer.filename, offer.version, offer.requires_python) for offer in offers] == [
        ("lib-1.0-py3-none-any.whl", "1.0", ">=3.8"),
        ("lib-1.1.tar.gz", "1.1", None),
    ]
    assert [(offer.size, offer.sha256) for offer in offers] == [(each.size, each.sha256) for each in (WHEEL, SDIST)]


def test_a_file_is_downloaded_when_it_is_wanted_and_only_once(real: FakePyPI, source: UpstreamSource) -> None:
    offer = source.find(WHEEL.filename)
    assert offer is not None
    assert not any("/packages/" in each.path for each in real.requests)
    assert {offer.path().read_bytes() for _ in range(3)} == {WHEEL.read()}
    assert sum("/packages/" in each.path for each in real.requests) == 1


def test_metadata_comes_without_the_wheel(real: FakePyPI, source: UpstreamSource) -> None:
    found = source.find(WHEEL.filename), source.find(SDIST.filename)
    assert [None if offer is None else offer.metadata() is None for offer in found] == [False, True]
    assert [each.path.endswith(".metadata") for each in real.requests if "/packages/" in each.path] == [True]


def test_an_unknown_project_is_asked_for_once(real: FakePyPI, source: UpstreamSource) -> None:
    assert [source.offers("nope"), source.offers("nope"), source.find("nope-1.0.tar.gz")] == [(), (), None]
    assert len(real.requests) == 1


def test_a_file_that_is_not_what_was_promised_is_not_kept(real: FakePyPI, source: UpstreamSource) -> None:
    offer = source.find(WHEEL.filename)
    path = next(real.world.files.rglob("*.whl"))
    path.write_bytes(path.read_bytes()[::-1])
    assert offer is not None
    with pytest.raises(SourceFailed, match="another digest"):
        offer.path()
    assert not list(source._cache_dir.rglob("*.*"))


def test_an_index_that_cannot_be_reached_is_said_so_at_once_and_again(tmp_path: Path) -> None:
    with FakePyPI() as gone:
        url = gone.simple_url
    source = UpstreamSource(url, tmp_path)
    for _ in range(2):
        with pytest.raises(SourceFailed, match="cannot be reached"):
            source.offers("lib")


@pytest.mark.parametrize("url", ["file:///etc", "pypi.org/simple", "ftp://pypi.org/"])
def test_an_address_that_is_no_web_address_is_a_mistake(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="no address of an index"):
        UpstreamSource(url, tmp_path)


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
