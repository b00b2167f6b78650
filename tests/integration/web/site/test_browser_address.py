"""The address of an index for browsers, and who is led there from its IP address."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from fake_pypi import FakePyPI
from fake_pypi.operations.account_mail import send_verification
from fake_pypi.operations.actor import Visitor
from fake_pypi.packages.wheel import wheel

CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
NAVIGATION = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module", params=["pypi", "testpypi"])
def index(request: pytest.FixtureRequest) -> Iterator[FakePyPI]:
    with FakePyPI(request.param) as started:
        started.upload(wheel("demo", "1.0"))
        yield started
        assert started.errors == []


def ask(
    index: FakePyPI,
    target: str,
    *,
    method: str = "GET",
    host: str = "127.0.0.1:{port}",
    agent: str = CHROMIUM,
    **fields: str,
) -> tuple[int, str | None]:
    """Return the status and the Location of the answer to a request."""
    connection = http.client.HTTPConnection("127.0.0.1", index.port)
    headers = {"Host": host.format(port=index.port), "User-Agent": agent, "Accept": HTML, **(fields or NAVIGATION)}
    connection.request(method, target, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.getheader("Location")


def test_the_address_for_browsers_has_a_name_of_its_own(index: FakePyPI) -> None:
    assert index.browser_url == f"http://{index.site.name}.localhost:{index.port}"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/project/demo/",
        "/search/?q=a+b&c=Topic%20%3A%3A%20Utilities",
        "/account/login/?next=%2Fmanage%2F",
        "/_fake/",
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_a_browser_is_led_from_the_ip_address_to_the_same_page(index: FakePyPI, target: str, host: str) -> None:
    assert ask(index, target, host=host) == (303, f"{index.browser_url}{target}")


def test_a_browser_at_the_name_of_the_other_site_is_led_to_the_own_name(index: FakePyPI) -> None:
    other = {"pypi": "testpypi", "testpypi": "pypi"}[index.site.name]
    assert ask(index, "/", host=f"{other}.localhost:{{port}}") == (303, f"{index.browser_url}/")


@pytest.mark.parametrize("host", ["{site}.localhost:{port}", "course.localhost:{port}", "{real}"])
def test_nobody_is_led_away_from_a_name_of_the_index(index: FakePyPI, host: str) -> None:
    named = host.format(site=index.site.name, real=index.hosts.index, port=index.port)
    assert ask(index, "/", host=named) == (200, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"Accept": "*/*"},
        {"Accept": "text/html"},
        {"Accept": "application/vnd.pypi.simple.v1+json, text/html; q=0.01"},
        {"Accept": "text/html", "Sec-Fetch-Mode": "cors"},
    ],
)
@pytest.mark.parametrize("target", ["/", "/project/demo/", "/account/login/", "/_fake/mail"])
def test_a_program_gets_the_page_whatever_it_accepts(index: FakePyPI, target: str, fields: dict[str, str]) -> None:
    assert ask(index, target, **fields) == (200, None)


@pytest.mark.parametrize(
    "target", ["/simple/", "/simple/demo/", "/legacy/", "/pypi/demo/json", "/rss/updates.xml", "/_health/"]
)
def test_an_address_for_programs_stays_where_it_is_in_a_browser(index: FakePyPI, target: str) -> None:
    assert ask(index, target) == (200, None)


def test_head_and_safari_are_not_redirected(index: FakePyPI) -> None:
    assert ask(index, "/", method="HEAD") == (200, None)
    assert ask(index, "/", agent=SAFARI) == (200, None)


@pytest.mark.parametrize("path", ["/", "/_fake/mail", "/account/login/"])
def test_a_page_is_not_served_under_a_name_that_anybody_may_own(index: FakePyPI, path: str) -> None:
    assert ask(index, path, host="rebinding.example") == (421, None)


def test_an_index_at_another_address_than_loopback_has_no_second_address() -> None:
    with FakePyPI(host="127.0.0.2") as pypi:
        assert pypi.browser_url == pypi.url == f"http://127.0.0.2:{pypi.port}"


@pytest.mark.parametrize(
    ("site_url", "start"),
    [("", None), ("https://pypi.org", "https://pypi.org"), ("http://a.localhost:1", "http://a.localhost:1")],
)
def test_a_link_in_an_e_mail_leads_to_where_the_user_visits_the_site(
    index: FakePyPI, site_url: str, start: str | None
) -> None:
    user = index.user
    email = index.index.emails.primary(user.id)
    assert email is not None
    send_verification(index.index, Visitor(site_url=site_url), user, email)
    assert index.mail[-1].links[0].startswith(f"{start or index.browser_url}/account/verify-email/?token=")
