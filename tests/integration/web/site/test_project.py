"""The page of a project and of each of its releases."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import upload
from tests.integration.web.conftest import Add
from tests.integration.web.site.conftest import Read
from tests.integration.web.site.markup import Page, parsed

FULL: dict[str, Any] = {
    "summary": "A demo",
    "description": "# Read me\n\nSome *words*.",
    "requires_python": ">=3.9",
    "author": "Ann",
    "author_email": "ann@example.com",
    "keywords": ["one", "two"],
    "license": "MIT",
    "extras": {"fast": ["rich"]},
    "dependencies": ["requests>=2"],
    "classifiers": ["Programming Language :: Python :: 3", "Topic :: Utilities"],
    "project_urls": {"Homepage": "https://example.com/", "Tracker": "https://example.com/issues"},
}


@pytest.fixture
def releases(instance: Instance, add: Add) -> Instance:
    """A project with an old release, a yanked one, the one to use and a pre-release."""
    add(*(wheel("Demo.Pkg", version, **FULL) for version in ("1.0", "1.1", "1.2", "2.0rc1")))
    add(sdist("Demo.Pkg", "1.2", **FULL))
    instance.index.releases.yank(instance.index.projects["demo-pkg"], "1.1", "It was broken")
    return instance


def page(read: Read, path: str) -> Page:
    """The page at a path, which must be there."""
    response = read(path)
    assert response.status == 200
    return parsed(response.body)


def test_the_page_of_a_project_shows_the_newest_final_release(releases: Instance, read: Read) -> None:
    document = page(read, "/project/Demo.Pkg/")
    assert document.one("title").words == "Demo.Pkg · PyPI"
    assert document.one("h1").words == "Demo.Pkg 1.2"
    assert document.by_id("pip-command").words == "pip install Demo.Pkg"
    assert document.one("link", rel="canonical").attributes["href"] == "https://pypi.org/project/Demo.Pkg/"
    assert document.one("meta", property="og:title").attributes["content"] == "Demo.Pkg"
    pinned = page(read, "/project/Demo.Pkg/1.0/")
    assert pinned.one("link", rel="canonical").attributes["href"] == "https://pypi.org/project/Demo.Pkg/"
    assert pinned.one("meta", property="og:url").attributes["content"] == "https://pypi.org/project/Demo.Pkg/1.0/"


def test_the_page_of_a_release_pins_its_version(releases: Instance, read: Read) -> None:
    document = page(read, "/project/Demo.Pkg/1.0/")
    assert document.one("h1").words == "Demo.Pkg 1.0"
    assert document.by_id("pip-command").words == "pip install Demo.Pkg==1.0"


def test_metadata_of_the_release_are_on_its_page(releases: Instance, read: Read) -> None:
    document = page(read, "/project/Demo.Pkg/")
    text = document.by_id("content").words
    for words in (
        "A demo",
        ">=3.9",
        "MIT",
        "requests>=2",
        "fast",
        "one",
        "two",
        "1 maintainer",
        "alice",
        "Python :: 3",
    ):
        assert words in text
    assert {"https://example.com/", "https://example.com/issues", "mailto:ann@example.com", "/user/alice/"} <= set(
        document.links
    )
    assert [link.attributes["data-kind"] for link in document.all("li") if "data-kind" in link.attributes] == [
        "Homepage",
        "Issues",
    ]
    assert "/search/?c=Topic%20%3A%3A%20Utilities" in document.links


def test_the_description_is_rendered(releases: Instance, read: Read) -> None:
    document = page(read, "/project/Demo.Pkg/")
    assert "Read me" in [heading.words for heading in document.all("h2")]
    assert document.one("em").words == "words"


def test_files_have_their_size_digests_and_tags(releases: Instance, read: Read) -> None:
    document = page(read, "/project/Demo.Pkg/")
    file = releases.index.releases.file("demo_pkg-1.2-py3-none-any.whl")
    assert file is not None
    details = document.by_id(file.filename).words
    for words in (file.sha256, file.md5, file.blake2_256, f"({file.size} bytes)", "Python 3", "Trusted Publishing? No"):
        assert words in details
    assert "Source" in document.by_id("demo_pkg-1.2.tar.gz").words
    assert f"https://files.pythonhosted.org/packages/{file.path}" in document.links


@pytest.mark.parametrize(
    ("version", "notice", "key_date"),
    [
        ("1.0", "Demo.Pkg 1.0", "Newer release available (1.2)"),
        ("1.1", "Reason given by maintainers: It was broken", "Newer release available (1.2)"),
        ("2.0rc1", "Pre-release", "Stable release available (1.2)"),
    ],
)
def test_the_page_of_another_release_states_why_it_is_not_the_latest(
    releases: Instance, read: Read, version: str, notice: str, key_date: str
) -> None:
    text = page(read, f"/project/Demo.Pkg/{version}/").by_id("content").words
    assert notice in text
    assert key_date in text


def test_the_release_to_use_has_no_notice(releases: Instance, read: Read) -> None:
    document = page(read, "/project/Demo.Pkg/")
    assert not document.all("div", role="note")
    assert "Latest release" in document.by_id("content").words


@pytest.mark.parametrize(("status", "title"), [("archived", "Archived"), ("quarantined", "Quarantined")])
def test_the_status_of_the_project_is_a_notice(releases: Instance, read: Read, status: Any, title: str) -> None:
    releases.index.projects.set_status("demo-pkg", status)
    assert page(read, "/project/Demo.Pkg/").one("div", role="note").words.startswith(title)


def test_the_history_lists_every_release_from_the_highest_version_down(releases: Instance, read: Read) -> None:
    history = page(read, "/project/Demo.Pkg/").by_id("history").words
    places = [history.index(version) for version in ("2.0rc1", "1.2", "1.1", "1.0")]
    assert places == sorted(places)
    assert "Yanked reason: It was broken" in history


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/project/demo-pkg/", "/project/Demo.Pkg/"),
        ("/project/Demo.Pkg", "/project/Demo.Pkg/"),
        ("/project/demo-pkg/1.0/", "/project/Demo.Pkg/1.0/"),
        ("/project/Demo.Pkg/v1.0/", "/project/Demo.Pkg/1.0/"),
        ("/project/Demo.Pkg/2.0-rc1/", "/project/Demo.Pkg/2.0rc1/"),
        ("/p/Demo.Pkg/", "/project/Demo.Pkg/"),
        ("/pypi/Demo.Pkg/1.0/", "/project/Demo.Pkg/1.0/"),
    ],
)
def test_another_spelling_leads_to_the_page(releases: Instance, read: Read, path: str, target: str) -> None:
    response = read(path)
    assert (response.status, response.headers["Location"]) == (301, f"https://pypi.org{target}")


@pytest.mark.parametrize("path", ["/project/nope/", "/project/Demo.Pkg/9.9/", "/project/Demo.Pkg/1.0/x/"])
def test_a_missing_project_or_release_is_not_found(releases: Instance, read: Read, path: str) -> None:
    response = read(path)
    assert response.status == 404
    assert parsed(response.body).one("title").words == "Page Not Found (404) · PyPI"


def test_a_project_without_releases_has_no_page(releases: Instance, read: Read) -> None:
    for version in ("1.0", "1.1", "1.2", "2.0rc1"):
        releases.index.releases.delete(releases.index.projects["demo-pkg"], version)
    assert read("/project/Demo.Pkg/").status == 404


def test_a_yanked_release_is_shown_where_there_is_no_other(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("demo", "1.0b1"))
    instance.index.releases.yank(instance.index.projects["demo"], "1.0b1")
    notice = page(read, "/project/demo/").one("div", role="note").words
    assert notice.startswith("Yanked")
    assert "instead" not in notice


def test_a_file_of_a_trusted_publisher_is_marked(releases: Instance, read: Read) -> None:
    index = releases.index
    facts = {"owner": "octo", "owner_id": "1", "repository": "demo", "workflow": "release.yml", "environment": ""}
    publisher = index.publishers.add("github", facts, index.projects["demo-pkg"])
    token = index.tokens.mint_for_publisher(publisher, {})
    response = upload(releases, wheel("Demo.Pkg", "1.3", **FULL), token.secret)
    assert response.status == 200
    document = page(read, "/project/Demo.Pkg/1.3/")
    assert "Trusted Publishing? Yes" in document.by_id("demo_pkg-1.3-py3-none-any.whl").words
    assert "Trusted Publishing? No" in page(read, "/project/Demo.Pkg/1.2/").by_id("demo_pkg-1.2.tar.gz").words


def test_a_file_with_attestations_links_its_provenance(releases: Instance, read: Read) -> None:
    releases.index.db.change("UPDATE files SET provenance = '{}' WHERE filename LIKE '%1.2-py3%'")
    links = page(read, "/project/Demo.Pkg/").links
    assert "/integrity/demo-pkg/1.2/demo_pkg-1.2-py3-none-any.whl/provenance" in links


def test_the_dates_of_a_yank_and_of_archiving_are_key_dates(releases: Instance, read: Read) -> None:
    releases.index.clock.advance(days=40)
    releases.index.projects.set_status("demo-pkg", "archived")
    document = page(read, "/project/Demo.Pkg/1.1/")
    dates = [element.attributes["datetime"] for element in document.all("time")]
    assert len(set(dates)) > 1
    assert re.search(r"Yanked \w{3} \d+, \d{4} Archived \w{3} \d+, \d{4}", document.by_id("content").words)


def test_the_program_that_uploaded_a_file_is_named(instance: Instance, add: Add, read: Read) -> None:
    add(wheel("demo", "1.0"))
    token = instance.index.tokens.mint(instance.index.accounts["alice"]).secret
    program = "twine/7.0.0 <b>CPython/3.11.7</b>"
    assert upload(instance, wheel("demo", "1.1"), token, HTTP_USER_AGENT=program).status == 200
    details = parsed(read("/project/demo/1.1/").body).by_id("demo-1.1-py3-none-any.whl").words
    assert f"Uploaded via {program}" in details
    assert "Uploaded via" not in parsed(read("/project/demo/1.0/").body).by_id("demo-1.0-py3-none-any.whl").words
