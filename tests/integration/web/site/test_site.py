"""Front page, users, search, help, statistics, files for programs, and what visitors get instead of an account."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.order import PYPI as PYPI_RULES
from fake_pypi.sites import TESTPYPI
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.site.conftest import Read
from tests.integration.web.site.markup import parsed

TITLES = {
    "/": "PyPI · The Python Package Index",
    "/search/": "Search results · PyPI",
    "/help/": "Help · PyPI",
    "/stats/": "Statistics · PyPI",
    "/classifiers/": "Classifiers · PyPI",
    "/user/alice/": "Profile of alice · PyPI",
    "/account/login/": "Log in · PyPI",
    "/nope/": "Page Not Found (404) · PyPI",
    "/_force-status/410/": "Page removed (410) · PyPI",
    "/_force-status/500/": "Internal server error (500) · PyPI",
    "/_force-status/400/": "400 Bad Request",
}


@pytest.mark.parametrize("path", TITLES)
def test_a_page_has_its_title(instance: Instance, add: Add, read: Read, path: str) -> None:
    add(wheel("demo", "1.0"))
    assert parsed(read(path).body).one("title").words == TITLES[path]


def test_every_page_states_that_the_site_is_a_fake(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("demo", "1.0"))
    for path in (*(path for path in TITLES if "400" not in path), "/project/demo/", "/security/", "/sitemap/"):
        assert "This is a fake PyPI on this machine" in parsed(read(path).body).one("aside").words
    upload_page = read("/legacy/", HTTP_HOST="upload.pypi.org")
    assert "This is a fake PyPI on this machine" in parsed(upload_page.body).one("aside").words


def test_testpypi_has_its_own_name() -> None:
    instance = Instance(TESTPYPI)
    try:
        page = parsed(ask(instance, "GET", "/", HTTP_HOST="test.pypi.org").body)
        help_page = parsed(ask(instance, "GET", "/help/", HTTP_HOST="test.pypi.org").body)
    finally:
        instance.close()
    assert page.one("title").words == "TestPyPI · The Python Package Index"
    assert "This is a fake TestPyPI" in page.one("aside").words
    assert "https://test.pypi.org/help/#project-name" in help_page.by_id("content").words
    assert "https://pypi.org/" not in help_page.by_id("content").words


def test_the_front_page_lists_projects_and_addresses(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("Demo", "1.0", summary="A demo"))
    page = parsed(read("/", HTTP_HOST="127.0.0.1:8000").body)
    assert "/project/demo/" in page.links
    assert {"http://127.0.0.1:8000/legacy/", "http://127.0.0.1:8000/simple/"} <= {
        code.words for code in page.all("code")
    }
    assert "1 project 1 release 1 file 1 user" in page.by_id("content").words


def test_links_of_the_upload_host_lead_to_the_index(read: Read) -> None:
    page = parsed(read("/", HTTP_HOST="upload.pypi.org").body)
    assert page.one("title").words == "upload.pypi.org · PyPI"
    assert [link for link in page.links if not link.startswith(("https://pypi.org/", "#"))] == []


def test_a_user_has_a_page_with_its_projects(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("Demo", "1.0"), wheel("demo", "0.9"), wheel("other", "1.0"))
    instance.index.accounts.add("carol")
    instance.index.db.change("UPDATE users SET full_name = 'Carol <b>C.</b>' WHERE name = 'carol'")
    page = parsed(read("/user/alice/").body)
    assert page.one("h2").words == "2 projects"
    assert [link for link in page.links if link.startswith("/project/")] == ["/project/other/", "/project/demo/"]
    carol = parsed(read("/user/carol/").body)
    assert (carol.one("h1").words, carol.one("h2").words) == ("Carol <b>C.</b>", "No projects")
    assert read("/user/ALICE/").headers["Location"] == "https://pypi.org/user/alice/"
    assert read("/user/nobody/").status == 404


@pytest.fixture
def found(instance: Instance, add: Add) -> Instance:
    """Projects to search in."""
    add(
        wheel("alpha", "1.0", summary="Draws pictures", classifiers=["Programming Language :: Python :: 3"]),
        wheel("pictures", "1.0", classifiers=["Programming Language :: Python :: 3.13", "Topic :: Utilities"]),
        wheel("Beta-Pictures", "1.0"),
    )
    return instance


def results(read: Read, query: str) -> list[str]:
    """The names of the projects on a page of results."""
    page = parsed(read(f"/search/?{query}").body)
    return [heading.words for heading in page.all("h2") if heading.words != "Filter by classifier"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=pictures", ["pictures", "Beta-Pictures", "alpha"]),
        ("q=PICTURES+draws", ["alpha"]),
        ("q=pictures&o=-created", ["Beta-Pictures", "pictures", "alpha"]),
        ("c=Programming+Language+::+Python", ["alpha", "pictures"]),
        ("q=&c=Programming+Language+::+Python+::+3", ["alpha"]),
        ("q=pictures&c=Topic+::+Utilities&c=Programming+Language+::+Python", ["pictures"]),
        ("q=zzzz", []),
        ("", []),
    ],
)
def test_search_finds_projects_by_words_and_classifiers(
    found: Instance, read: Read, query: str, names: list[str]
) -> None:
    order_of_creation = ["alpha", "pictures", "Beta-Pictures"]
    for number, name in enumerate(order_of_creation):
        found.index.db.change(
            "UPDATE releases SET created = created + ? WHERE project = ?", number, found.index.projects[name].id
        )
    assert results(read, query) == names


def test_search_shows_the_number_of_results_and_the_query(found: Instance, read: Read) -> None:
    assert parsed(read("/search/?q=pictures").body).by_id("count").words == '3 projects for "pictures"'
    one = parsed(read("/search/?c=Topic+::+Utilities").body)
    assert one.by_id("count").words == "1 project with the selected classifier"
    field = one.by_id("Topic_._Utilities")
    assert (field.attributes["name"], field.attributes["value"]) == ("c", "Topic :: Utilities")
    assert "checked" in field.attributes
    nothing = parsed(read("/search/?q=zzzz").body).by_id("content").words
    assert "There were no results for 'zzzz'" in nothing


def test_results_come_on_pages_of_twenty(instance: Instance, add: Add, read: Read) -> None:
    add(*(wheel(f"demo-{number:02}", "1.0") for number in range(41)))
    assert len(results(read, "q=demo")) == 20
    assert results(read, "q=demo&page=3") == ["demo-40"]
    page = parsed(read("/search/?q=demo&page=2").body)
    assert page.one("nav", **{"aria-label": "Pages of results"}).words == "Previous 1 2 3 Next"
    assert read("/search/?q=demo&page=4").status == 404
    instance.index.clock.advance(seconds=1)
    assert read("/search/?q=demo&page=0").status == 404


def test_searches_are_limited_to_a_few_in_a_second(instance: Instance, read: Read) -> None:
    read("/search/")
    answers = [read("/search/?q=demo") for _ in range(100)]  # of which five in a second are enough
    rejected = next(answer for answer in answers if answer.status == 429)
    assert rejected.headers["RateLimit-Policy"] == '"search";q=5;w=1;pk=:ip:'
    assert read("/search/?q=demo", REMOTE_ADDR="10.1.2.3").status == 200
    used = {(use.limit.name, use.key): use.used for use in instance.index.rate_limits.in_use}
    assert used["search", "10.1.2.3"] == 1
    instance.index.clock.advance(seconds=1)
    assert read("/search/?q=demo").status == 200


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [("page=x", 400, "'page' must be an integer."), (f"q={'x' * 1001}", 413, "too long.")],
)
def test_search_rejects_what_pypi_rejects(read: Read, query: str, status: int, message: str) -> None:
    response = read(f"/search/?{query}")
    assert response.status == status
    assert message in response.body.decode().replace("&#x27;", "'")


def test_every_link_to_the_help_page_in_a_message_has_its_section(read: Read) -> None:
    page = parsed(read("/help/").body)
    linked = {
        (anchor, rule) for rule in PYPI_RULES for anchor in re.findall(r"/help/?#([\w-]+)", rule.message_template)
    }
    assert len(linked) > 10
    for anchor, rule in linked:
        section = page.by_id(anchor).words
        assert rule.id in section
        assert " ".join(rule.remedy.split()) in section
        assert " ".join(rule.explanation.split()) in section


def test_every_link_of_the_site_to_itself_leads_somewhere(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("Demo.Pkg", "1.0", classifiers=["Topic :: Utilities"]), wheel("Demo.Pkg", "1.0b1"))
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        response = read(path)
        assert response.status in {200, 301, 303}, path
        if not response.headers.get("Content-Type", "").startswith("text/html") or path.startswith("/classifiers/"):
            continue
        page = parsed(response.body)
        for link in page.links:
            target, _, anchor = link.partition("#")
            if anchor and not target:
                page.by_id(anchor)
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    assert {"/help/", "/project/Demo.Pkg/1.0b1/", "/user/alice/", "/simple/demo-pkg/"} <= seen


def test_statistics_come_as_a_page_or_as_json(add: Add, read: Read) -> None:
    add(wheel("demo", "1.0"))
    value = json.loads(read("/stats/", HTTP_ACCEPT="application/json").body)
    assert value["top_packages"]["demo"]["size"] == value["total_packages_size"] > 0
    assert "demo" in parsed(read("/stats/").body).by_id("content").words
    assert read("/stats/", HTTP_ACCEPT="image/png").status == 404


def test_programs_find_their_files(read: Read) -> None:
    assert b"Sitemap: https://pypi.org/sitemap.xml" in read("/robots.txt").body
    assert b"Canonical: https://pypi.org/.well-known/security.txt" in read("/.well-known/security.txt").body
    description = ET.fromstring(read("/opensearch.xml").body)
    icon = description.find("{http://a9.com/-/spec/opensearch/1.1/}Image")
    assert icon is not None
    path = (icon.text or "").removeprefix("https://pypi.org")
    assert read(path).body == read("/favicon.ico").body
    assert read("/favicon.ico").body.startswith(b"\0\0\1\0\1\0")


@pytest.mark.parametrize(
    "path",
    [
        "/manage/projects/",
        "/manage/account/",
        "/manage/account/token/",
        "/manage/account/publishing/",
        "/manage/account/totp-provision",
        "/manage/project/demo/releases/",
        "/manage/project/demo/release/1.0/",
        "/manage/project/demo/settings/publishing/",
        "/manage/project/demo/collaboration/",
        "/project/demo/submit-malware-report/",
        "/account/verify-email/",
    ],
)
def test_a_visitor_has_to_log_in_for_pages_of_an_account(read: Read, path: str) -> None:
    response = read(f"{path}?a=b&c=d")
    assert response.status == 303
    target = path.replace("/", "%2F")
    assert response.headers["Location"] == f"https://pypi.org/account/login/?next={target}%3Fa%3Db%26c%3Dd"


def test_a_page_that_is_only_read_takes_no_form(read: Read) -> None:
    response = read("/manage/projects/", "POST")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_an_address_below_manage_that_does_not_exist_is_not_found(read: Read) -> None:
    assert read("/manage/nothing/").status == 404


def test_a_visitor_gets_no_messages_and_a_menu(read: Read) -> None:
    assert read("/_includes/unauthed/flash-messages/").body == b""
    assert read("/_includes/authed/edit-project-button/demo").status == 404
    menu = parsed(read("/_includes/authed/current-user-indicator/").body)
    assert menu.links == ["/help/", "/sponsors/", "/account/login/", "/account/register/"]


def test_the_views_of_pages_are_imported_at_the_first_request() -> None:
    code = """
import io, sys
from fake_pypi.web.application import Application
from fake_pypi.web.instance import Instance

def pages():
    return {name for name in sys.modules if name in ("jinja2", "readme_renderer", "fake_pypi.web.site.front")}

instance = Instance()
assert not pages(), pages()
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/simple/", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80"}
environ |= {"wsgi.url_scheme": "http", "wsgi.input": io.BytesIO()}
list(Application(instance)(dict(environ), lambda *answer: None))
assert not pages(), pages()
list(Application(instance)(environ | {"PATH_INFO": "/"}, lambda *answer: None))
assert pages() == {"jinja2", "fake_pypi.web.site.front"}, pages()
instance.close()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
