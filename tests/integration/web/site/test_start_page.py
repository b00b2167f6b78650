"""`/_fake/`: what happened at this index."""

from __future__ import annotations

import re

import pytest

from fake_pypi import FakePyPI, UploadRejected
from fake_pypi.packages.wheel import wheel
from tests.integration.web.site.markup import Page, parsed
from tests.integration.web.site.visiting import SiteVisitor


def visitor(pypi: FakePyPI) -> SiteVisitor:
    return SiteVisitor(pypi.instance, host=f"{pypi.site.browser_host}:{pypi.port}")


def start_page(pypi: FakePyPI) -> Page:
    return parsed(visitor(pypi).get("/_fake/").body)


def rows(page: Page) -> list[str]:
    """Return the words of every row of the tables, without the days."""
    return [re.sub(r" \w{3} \d{2}, \d{4}", "", row.words) for row in page.all("tr")]


def test_it_lists_projects_users_tokens_and_rejected_requests() -> None:
    with FakePyPI() as pypi:
        pypi.add_user("alice")
        pypi.add_user("bob", email="unverified", two_factor=False)
        account_wide = pypi.add_token("alice", description="for CI")
        pypi.upload(wheel("demo", "1.0"), token=account_wide)
        scoped = pypi.add_token("alice", description="for demo", projects=["demo"])
        with pytest.raises(UploadRejected):
            pypi.upload(wheel("demo", "1.0", summary="Changed."), token=scoped)
        visitor(pypi).get("/project/missing/?q=private")
        page = start_page(pypi)
        found = rows(page)
        assert found[1:3] == ["bob unverified no", "alice verified yes"]
        assert found[4:6] == ["for demo alice demo", "for CI alice all projects"]
        assert found[7].startswith("GET /project/missing/ 404")
        assert found[8].startswith("POST /legacy/ demo-1.0-py3-none-any.whl 400 File already exists")
        assert found[8].endswith(" duplicate-file")
        assert "/project/demo/" in page.links
        text = visitor(pypi).get("/_fake/").body.decode()
        assert "for CI" in text
        assert account_wide.secret not in text
        assert scoped.secret not in text
        assert "private" not in text


def test_it_shows_the_addresses_and_says_what_there_is_not() -> None:
    with FakePyPI("testpypi") as testpypi:
        page = start_page(testpypi)
        addresses = [element.words for element in page.all("dd")]
        own = [testpypi.browser_url, testpypi.upload_url, testpypi.simple_url]
        assert [address.split()[0] for address in addresses] == own
        words = page.one("main").words
        for nothing in ("Nothing was published", "There is no user", "There is no token", "No request was rejected"):
            assert nothing in words


def test_a_name_with_markup_is_text() -> None:
    with FakePyPI() as pypi:
        pypi.add_token(pypi.user, description="<script>alert(1)</script>")
        assert any(row.startswith("<script>alert(1)</script> ") for row in rows(start_page(pypi)))
