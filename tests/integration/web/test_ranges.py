"""Parts of files over real sockets: the requested bytes, at every address of a file."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel

DEMO = wheel("demo", "1.0", files={"demo/noise.bin": random.Random(1).randbytes(300_000)})
LIB = wheel("lib", "1.0", files={"lib/noise.bin": random.Random(2).randbytes(5_000)})


@dataclass(frozen=True)
class Response:
    """What came back over the socket."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeIndexes]:
    """An index with an uploaded wheel and one from a wheelhouse."""
    wheelhouse = tmp_path_factory.mktemp("wheelhouse")
    LIB.write_to(wheelhouse)
    with FakeIndexes(installed=False, wheelhouse=wheelhouse) as indexes:
        indexes.pypi.upload(DEMO)
        indexes.connection()  # from now on the proxy knows the real names
        yield indexes


@dataclass(frozen=True)
class File:
    """A file of the index: its path, its bytes, and how it is reached."""

    indexes: FakeIndexes
    path: str
    content: bytes
    way: str

    def get(self, method: str = "GET", **headers: str) -> Response:
        """Send one request; header names are written with underscores."""
        connection = self._connection()
        try:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            if self.way != "direct":
                fields.setdefault("Host", "files.pythonhosted.org")
            connection.request(method, self.path, headers=fields)
            response = connection.getresponse()
            return Response(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self.way == "direct":
            return http.client.HTTPConnection("127.0.0.1", self.indexes.pypi.port, timeout=20)
        trusted = ssl.create_default_context(cadata=self.indexes.servers.authority.pem.decode())
        proxy = urlsplit(self.indexes.servers.proxy.url)
        connection = http.client.HTTPSConnection(str(proxy.hostname), proxy.port, timeout=20, context=trusted)
        connection.set_tunnel("files.pythonhosted.org", 443)
        return connection


@pytest.fixture(scope="module", params=["direct", "through the proxy"])
def way(request: pytest.FixtureRequest) -> str:
    """How the file is reached."""
    return str(request.param)


@pytest.fixture(scope="module", params=["uploaded", "from a wheelhouse", "metadata"])
def file(request: pytest.FixtureRequest, indexes: FakeIndexes, way: str) -> File:
    """A file of each kind: it comes from another place each time."""
    if request.param == "from a wheelhouse":
        return File(indexes, f"/packages/offered/{LIB.filename}", LIB.read(), way)
    path = indexes.pypi.index.releases.files(indexes.pypi.index.projects["demo"])[0].path
    if request.param == "metadata":
        content = indexes.pypi.index.releases.core_metadata(DEMO.filename)
        assert content is not None
        return File(indexes, f"/packages/{path}.metadata", content, way)
    return File(indexes, f"/packages/{path}", DEMO.read(), way)


def ranges_of(size: int) -> dict[str, tuple[int, int]]:
    """Ranges that can be satisfied, with first byte and the one after the last."""
    middle = size // 2
    return {
        "bytes=0-0": (0, 1),
        "bytes=0-9": (0, 10),
        "bytes=5-": (5, size),
        f"bytes={middle}-{middle}": (middle, middle + 1),
        f"bytes={middle}-{middle + 20}": (middle, middle + 21),
        f"bytes={middle}-": (middle, size),
        f"bytes={size - 1}-": (size - 1, size),
        f"bytes={size - 3}-{size + 1000}": (size - 3, size),
        "bytes=-1": (size - 1, size),
        "bytes=-22": (size - 22, size),
        f"bytes=-{size + 5}": (0, size),
        "bytes=0-": (0, size),
        "Bytes=7-9": (7, 10),
    }


def test_a_range_brings_exactly_its_bytes(file: File) -> None:
    size = len(file.content)
    for asked, (start, end) in ranges_of(size).items():
        got = file.get(Range=asked)
        assert (206, file.content[start:end]) == (got.status, got.body), asked
        assert f"bytes {start}-{end - 1}/{size}" == got.headers["Content-Range"], asked
        assert str(end - start) == got.headers["Content-Length"], asked


def test_random_ranges_bring_exactly_their_bytes(file: File) -> None:
    chosen = random.Random(3)
    for _ in range(40):
        start = chosen.randrange(len(file.content))
        end = chosen.randrange(start, len(file.content))
        got = file.get(Range=f"bytes={start}-{end}")
        assert (206, file.content[start : end + 1]) == (got.status, got.body), (start, end)


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,3-4", "bytes=9-5", "bytes=a-b", "bytes=-", "bytes=", "bytes", "items=0-1", "0-1", "bytes=--1", ""],
)
def test_what_is_no_single_range_of_bytes_brings_the_whole_file(file: File, asked: str) -> None:
    got = file.get(Range=asked)
    assert (200, file.content) == (got.status, got.body)
    assert "Content-Range" not in got.headers


def test_a_range_behind_the_end_is_rejected_with_the_size(file: File) -> None:
    size = len(file.content)
    for asked in (f"bytes={size}-", f"bytes={size + 10}-{size + 20}", "bytes=-0"):
        got = file.get(Range=asked)
        assert (416, f"bytes */{size}") == (got.status, got.headers["Content-Range"]), asked


def test_the_tag_of_the_file_lets_the_range_hold(file: File) -> None:
    tag = file.get("HEAD").headers["ETag"]
    got = file.get(Range="bytes=10-19", If_Range=tag)
    assert (206, file.content[10:20]) == (got.status, got.body)


def test_any_other_condition_brings_the_whole_file(file: File) -> None:
    tag = file.get("HEAD").headers["ETag"]
    for condition in (f"W/{tag}", '"another"', tag.strip('"'), "Thu, 01 Jan 1970 00:00:00 GMT", "", "*"):
        got = file.get(Range="bytes=10-19", If_Range=condition)
        assert (200, file.content) == (got.status, got.body), condition


def test_a_file_that_the_client_has_is_left_out_before_any_range(file: File) -> None:
    tag = file.get("HEAD").headers["ETag"]
    got = file.get(Range="bytes=10-19", If_None_Match=tag)
    assert (got.status, got.body) == (304, b"")


def test_head_has_no_ranges(file: File) -> None:
    got = file.get("HEAD", Range="bytes=10-19")
    assert (200, b"", str(len(file.content))) == (got.status, got.body, got.headers["Content-Length"])
    assert got.headers["Accept-Ranges"] == "bytes"


def test_one_connection_takes_a_range_after_a_range(file: File) -> None:
    connection = file._connection()
    try:
        for start in (0, 7, 100):
            fields = {"Range": f"bytes={start}-{start + 9}"}
            if file.way != "direct":
                fields["Host"] = "files.pythonhosted.org"
            connection.request("GET", file.path, headers=fields)
            assert file.content[start : start + 10] == connection.getresponse().read()
    finally:
        connection.close()


def test_curl_completes_a_file_that_broke_off(file: File, tmp_path: Path) -> None:
    if file.way != "direct":
        url = f"https://files.pythonhosted.org{file.path}"
        authority = tmp_path / "authority.pem"
        authority.write_bytes(file.indexes.servers.authority.pem)
        more = ["--proxy", file.indexes.servers.proxy.url, "--cacert", str(authority)]
    else:
        url, more = f"{file.indexes.pypi.url}{file.path}", []
    curl = shutil.which("curl")
    assert curl, "curl is needed by this test: install it"
    target = tmp_path / "download"
    for there in (1, len(file.content) // 3, len(file.content) - 1):
        target.write_bytes(file.content[:there])
        clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        subprocess.run([curl, "-q", "-sSf", "-C", "-", "-o", str(target), *more, url], check=True, env=clean)
        assert file.content == target.read_bytes()


def test_pip_reads_the_metadata_of_a_wheel_by_ranges(indexes: FakeIndexes, tmp_path: Path) -> None:
    path = indexes.pypi.index.releases.files(indexes.pypi.index.projects["demo"])[0].path
    before = len(indexes.pypi.requests)
    command = [sys.executable, "-m", "pip", "--isolated", "download", "--use-feature=fast-deps", "--no-cache-dir"]
    where = ["--index-url", indexes.pypi.simple_url, "--dest", str(tmp_path)]
    url = f"demo @ {indexes.pypi.url}/packages/{path}"
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run([*command, *where, url], check=True, env=clean, capture_output=True)
    assert DEMO.read() == (tmp_path / DEMO.filename).read_bytes()
    assert 206 in [request.status for request in indexes.pypi.requests[before:]]
