"""Files: whole, in parts, or not at all when the client has them."""

from __future__ import annotations

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.packages.wheelhouse_packages import WheelhousePackages
from fake_pypi.web.instance import Instance
from tests.integration.asking import Answered, ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import follow, simple

DEMO, LIB = wheel("demo", "1.0"), wheel("lib", "1.0")


@pytest.fixture(params=["uploaded", "offered"])
def file(request: pytest.FixtureRequest, instance: Instance, add: Add, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a file: one that was uploaded, and one that a source offers."""
    wheelhouse = tmp_path_factory.mktemp("wheelhouse")
    LIB.write_to(wheelhouse)
    instance.sources = (WheelhousePackages(wheelhouse),)
    add(DEMO)
    return str(simple(instance, "demo" if request.param == "uploaded" else "lib")["files"][0]["url"])


def content(url: str) -> bytes:
    return (DEMO if "demo" in url else LIB).read()


def test_a_file_is_sent_whole_and_can_be_cached_for_ever(instance: Instance, file: str) -> None:
    got = follow(instance, file)
    assert (got.status, got.body) == (200, content(file))
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "immutable" in got.headers["Cache-Control"]
    assert got.headers["Content-Length"] == str(len(got.body))
    assert got.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=0-0", slice(0, 1)),
    ],
)
def test_a_part_of_a_file_can_be_requested(instance: Instance, file: str, asked: str, part: slice) -> None:
    got = follow(instance, file, HTTP_RANGE=asked)
    assert (got.status, got.reason, got.body) == (206, "Partial Content", content(file)[part])
    assert got.headers["Content-Range"].endswith(f"/{len(content(file))}")


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "", "bytes=0-" + "9" * 5000])
def test_an_invalid_range_requests_the_whole_file(instance: Instance, file: str, asked: str) -> None:
    assert (follow(instance, file, HTTP_RANGE=asked).status, follow(instance, file, HTTP_RANGE=asked).body) == (
        200,
        content(file),
    )


def test_a_range_behind_the_end_cannot_be_had(instance: Instance, file: str) -> None:
    assert follow(instance, file, HTTP_RANGE="bytes=9999999-").status == 416


def test_a_file_that_the_client_has_is_left_out(instance: Instance, file: str) -> None:
    for address in (file, f"{file}.metadata"):
        tag = follow(instance, address).headers["ETag"]
        got = follow(instance, address, HTTP_IF_NONE_MATCH=tag)
        assert (got.status, got.body) == (304, b"")


def test_head_returns_the_size(instance: Instance, file: str) -> None:
    def head(path: str) -> Answered:
        return ask(instance, "HEAD", "/" + path.split("/", 3)[3])

    assert (head(file).status, head(file).headers["Content-Length"], head(file).body) == (
        200,
        str(len(content(file))),
        b"",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/packages/../index.sqlite3",
        "/packages/../../../../../../etc/passwd",
        "/packages//etc/passwd",
        "/packages/offered/../secret",
        "/packages/offered/..\\secret",
        "/packages/offered/\0",
        "/packages/offered/lib-1.0.tar.gz",
        "/packages/offered/lib-1.0-py3-none-any.whl/x",
        "/packages/demo-1.0-py3-none-any.whl",
        "/packages/" + "a/" * 3000,
        "/packages/.metadata",
    ],
)
def test_nothing_else_is_served(instance: Instance, file: str, path: str) -> None:
    assert ask(instance, "GET", path).status == 404


def test_a_deleted_file_is_gone(instance: Instance, add: Add) -> None:
    add(DEMO)
    url = simple(instance, "demo")["files"][0]["url"]
    row = instance.index.releases.delete_file(instance.index.projects["demo"], DEMO.filename)
    instance.engine.remove(row.path)
    assert (follow(instance, url).status, follow(instance, f"{url}.metadata").status) == (404, 404)
