"""The organizations of a user, as far as projects belong to them, and the form that requests one."""

from __future__ import annotations

import pytest

from fake_pypi.web.instance import Instance
from tests.integration.web.site.visiting import SiteVisitor

PAGE = "/manage/organizations/"
REQUEST = {
    "name": "acme",
    "display_name": "Acme",
    "link_url": "https://acme.example/",
    "description": "What Acme does",
    "membership_size": "2-5",
    "usage": "",
    "orgtype": "Community",
}


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


def test_a_request_is_accepted_and_changes_nothing(alice: SiteVisitor, instance: Instance) -> None:
    answered = alice.post(PAGE, **REQUEST)
    assert (answered.status, answered.location) == (303, PAGE)
    assert answered.flashes == [("success", "Request for new organization submitted")]
    assert instance.index.projects.organization("acme") is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Specify organization account name"),
        ("name", "n" * 51, "Choose an organization account name with 50 characters or less."),
        (
            "name",
            "taken",
            "This organization account name has already been used. Choose a different organization account name.",
        ),
        ("display_name", "", "Specify your organization name"),
        ("link_url", "ftp://acme.example", "The organization URL must start with http:// or https://"),
        (
            "description",
            "d" * 401,
            "The organization description is too long. Choose a organization description with 400 characters or less.",
        ),
        ("orgtype", "Club", "Not a valid choice."),
    ],
)
def test_a_request_with_an_error_shows_the_form_again(
    alice: SiteVisitor, instance: Instance, field: str, value: str, message: str
) -> None:
    instance.index.projects.add_organization("taken", project="demo")
    shown = alice.post(PAGE, **{**REQUEST, field: value})
    assert (shown.status, shown.title, shown.errors) == (200, "Your organizations · PyPI", {field: [message]})


def test_a_form_that_the_page_does_not_have_is_not_found(alice: SiteVisitor) -> None:
    assert alice.post(PAGE, name="acme").status == 404
