"""The organizations of a user, as far as projects belong to them."""

from __future__ import annotations

from fake_pypi.web.instance import Instance
from tests.integration.web.site.visiting import SiteVisitor

PAGE = "/manage/organizations/"


def test_the_page_lists_the_organizations_in_which_a_user_has_a_role(alice: SiteVisitor, instance: Instance) -> None:
    shown = alice.get(PAGE)
    assert (shown.status, shown.title) == (200, "Your organizations · PyPI")
    assert shown.words("h1") == ["Your organizations 0"]
    projects = instance.index.projects
    projects.add_organization("acme", project="demo")
    projects.add_organization_role("acme", instance.index.accounts["alice"], "Owner")
    listed = alice.get(PAGE)
    assert (listed.words("h1"), listed.words("h3")) == (["Your organizations 1"], ["acme"])
    assert "demo acme Sole owner" in alice.get("/manage/projects/").words("h3")
