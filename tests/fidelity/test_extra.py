"""Feeds, sitemap, redirects and XML-RPC are answered as the real PyPI's code answered them."""

from __future__ import annotations

import http.client
import json
import re
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import FakePyPI
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.responses import response

EXTRA = Path(__file__).parent / "recorded" / "extra"
PAGES: dict[str, Any] = json.loads((EXTRA / "pages.json").read_text("utf-8"))
CALLS: dict[str, Any] = json.loads((EXTRA / "xmlrpc.json").read_text("utf-8"))
CLIENTS: dict[str, Any] = json.loads((EXTRA / "real_clients.json").read_text("utf-8"))
COMPARED = ("Content-Type", "Location", "Cache-Control", "Access-Control-Allow-Origin", "Vary")
MOMENTS = (
    (re.compile(r"<pubDate>\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT</pubDate>"), "<pubDate>now</pubDate>"),
    (re.compile(r"<lastmod>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ</lastmod>"), "<lastmod>then</lastmod>"),
    (re.compile(r"<int>1[5-9]\d{8}</int>"), "<int>now</int>"),
)
PARAMETERS: dict[str, tuple[Any, ...]] = {
    "search": ({"name": "demo"},),
    "package_releases": ("demo",),
    "release_urls": ("demo", "1.0"),
    "release_data": ("demo", "1.0"),
    "user_packages": ("alice",),
    "package_roles": ("demo",),
    "browse": (["Framework :: Pytest"],),
    "changelog_since_serial": (0,),
}


@pytest.fixture(scope="module")
def pypi() -> Iterator[FakePyPI]:
    """The state of the recording: users that registered long ago, and a project that was created today."""
    with FakePyPI() as index:
        index.add_user("alice")
        index.add_user("bob")
        index.clock.advance(days=30)
        yield index


@pytest.fixture(scope="module")
def with_one_release(pypi: FakePyPI) -> FakePyPI:
    """The project's first release, for the recorded XML-RPC calls."""
    pypi.upload(wheel("demo", "1.0", summary=None), token=pypi.add_token("alice"))
    return pypi


@pytest.fixture(scope="module")
def with_two_releases(pypi: FakePyPI) -> Iterator[FakePyPI]:
    """A second index with two releases, for the recorded pages."""
    with FakePyPI() as index:
        index.add_user("alice")
        index.add_user("bob")
        index.clock.advance(days=30)
        for version in ("1.0", "0.9"):
            index.upload(wheel("demo", version, summary=None), token=index.add_token("alice"))
        yield index


def ask(pypi: FakePyPI, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    """One request under the index's real name; the answer's status, headers and body."""
    connection = http.client.HTTPConnection(pypi.host, pypi.port, timeout=30)
    try:
        headers = {"Host": "pypi.org", "Content-Type": "text/xml"} if body else {"Host": "pypi.org"}
        connection.request(method, path, body, {**headers, "Accept-Encoding": "identity"})
        got = connection.getresponse()
        return got.status, dict(got.getheaders()), got.read()
    finally:
        connection.close()


def timeless(text: str) -> str:
    """The text without its points in time."""
    for pattern, placeholder in MOMENTS:
        text = pattern.sub(placeholder, text)
    return text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_recorded_one(with_two_releases: FakePyPI, path: str) -> None:
    recorded = PAGES[path]
    status, headers, body = ask(with_two_releases, "GET", path)
    assert status == recorded["status"]
    assert {name: headers.get(name) for name in COMPARED} == {name: recorded["headers"].get(name) for name in COMPARED}
    assert bool(headers.get("ETag")) == recorded["headers"]["ETag"]
    if not recorded["body"].startswith("<html, "):
        assert timeless(body.decode()) == timeless(recorded["body"])


@pytest.mark.parametrize("method", CALLS)
def test_a_call_is_answered_as_recorded(with_one_release: FakePyPI, method: str) -> None:
    recorded = CALLS[method]
    request = xmlrpc.client.dumps(PARAMETERS.get(method, ()), method).encode()
    status, headers, body = ask(with_one_release, "POST", "/pypi", request)
    assert (status, headers["Content-Type"]) == (recorded["status"], recorded["headers"]["Content-Type"])
    assert ("RateLimit" in headers) == ("RateLimit" in recorded["headers"])
    assert timeless(body.decode()) == timeless(recorded["body"])


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_the_form_of_answer_that_it_got_from_pypi(client: str) -> None:
    for exchange in CLIENTS[client]:
        accept = dict(exchange["request"]["headers"]).get("Accept")
        recorded = exchange["answer"]
        if exchange["request"]["path"].startswith("/legacy") and recorded["status"] != 404:
            ours = response(recorded["status"], recorded["reason"], accept)
            assert ours.header("Content-Type") == recorded["content_type"]
            assert ours.reason == recorded["reason"]
