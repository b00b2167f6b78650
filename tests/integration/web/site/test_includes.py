"""The parts of pages under `/_includes/`, and the same parts in the pages."""

from __future__ import annotations

import pytest

from fake_pypi.index.accounts import User
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.web.conftest import Add, add, instance
from tests.integration.web.site.visiting import PASSWORD, SiteVisitor

__all__ = ["add", "instance"]

AUTHED = "/_includes/authed"


@pytest.fixture
def alice(instance: Instance, add: Add) -> User:
    """The owner of Demo.Pkg, with a public address."""
    add(wheel("Demo.Pkg", "1.0"))
    index = instance.index
    user = index.accounts["alice"]
    index.passwords.set(user.id, PASSWORD)
    index.emails.make_public(user.id, "alice@example.com")
    return user


@pytest.fixture
def owner(instance: Instance, alice: User) -> SiteVisitor:
    browser = SiteVisitor(instance)
    browser.log_in("alice")
    return browser


@pytest.fixture
def bob(instance: Instance, alice: User) -> SiteVisitor:
    """The browser of a user who has a name and no project."""
    user = instance.index.accounts.add("bob", full_name="Bob B.")
    instance.index.passwords.set(user.id, PASSWORD)
    browser = SiteVisitor(instance)
    browser.log_in("bob")
    return browser


@pytest.fixture
def visitor(instance: Instance, alice: User) -> SiteVisitor:
    return SiteVisitor(instance)


def words(browser: SiteVisitor, path: str) -> str:
    visited = browser.get(path)
    assert visited.status == 200
    return " ".join(element.words for element in visited.page.elements if element.name in {"a", "p"})


def test_owners_have_a_button_to_manage_the_project(owner: SiteVisitor, bob: SiteVisitor, visitor: SiteVisitor) -> None:
    visited = owner.get(f"{AUTHED}/edit-project-button/demo-pkg")
    assert visited.page.one("a").words == "Manage project"
    assert visited.page.links == ["/manage/project/Demo.Pkg/releases/"]
    assert "/manage/project/Demo.Pkg/releases/" in owner.get("/project/Demo.Pkg/").page.links
    for other in (bob, visitor):
        assert words(other, f"{AUTHED}/edit-project-button/Demo.Pkg") == ""
        assert "/manage/project/Demo.Pkg/releases/" not in other.get("/project/Demo.Pkg/").page.links


def test_the_page_of_a_user_without_projects_says_so(bob: SiteVisitor, visitor: SiteVisitor) -> None:
    own = "You have not uploaded any projects to PyPI, yet. To learn how to get started, visit the Python Packaging"
    assert own in words(bob, f"{AUTHED}/current-user-profile-callout/bob")
    assert own in bob.get("/user/bob/").page.one("main").words
    sentence = "Bob B. has not uploaded any projects to PyPI, yet."
    assert words(visitor, f"{AUTHED}/current-user-profile-callout/bob") == sentence
    assert sentence in visitor.get("/user/bob/").page.one("main").words


def test_a_user_can_edit_the_own_profile_only(owner: SiteVisitor, bob: SiteVisitor, visitor: SiteVisitor) -> None:
    assert owner.get(f"{AUTHED}/profile-actions/alice").page.links == ["/manage/account/"]
    assert "Edit profile" in owner.get("/user/alice/").page.one("main").words
    for other in (bob, visitor):
        assert words(other, f"{AUTHED}/profile-actions/alice") == ""
        assert "Edit profile" not in other.get("/user/alice/").page.one("main").words


def test_a_public_address_is_shown_to_users(owner: SiteVisitor, bob: SiteVisitor, visitor: SiteVisitor) -> None:
    for user in (owner, bob):
        visited = user.get(f"{AUTHED}/profile-public-email/alice")
        assert visited.page.one("p").words == "Email alice@example.com"
        assert visited.page.links == ["mailto:alice@example.com"]
        assert "alice@example.com" in user.get("/user/alice/").page.one("main").words
    assert words(visitor, f"{AUTHED}/profile-public-email/alice") == ""
    assert "alice@example.com" not in visitor.get("/user/alice/").page.one("main").words
    assert words(owner, f"{AUTHED}/profile-public-email/bob") == ""


def test_nobody_is_an_administrator(owner: SiteVisitor, visitor: SiteVisitor) -> None:
    for browser in (owner, visitor):
        for part in ("administer-project-include/demo-pkg", "administer-user-include/alice"):
            visited = browser.get(f"{AUTHED}/{part}")
            assert (visited.status, visited.body) == (200, b"")


def test_parts_of_what_does_not_exist_are_not_found(owner: SiteVisitor) -> None:
    for part in (
        "edit-project-button/nothing",
        "administer-project-include/nothing",
        "administer-user-include/nobody",
        "current-user-profile-callout/nobody",
        "profile-actions/nobody",
        "profile-public-email/nobody",
        "profile-callout/alice",
    ):
        assert owner.get(f"{AUTHED}/{part}").status == 404, part


def test_the_menu_of_a_user_has_the_links_of_pypi(owner: SiteVisitor) -> None:
    links = owner.get(f"{AUTHED}/current-user-indicator/").page.links
    expected = [
        "/manage/projects/",
        "/manage/organizations/",
        "/manage/account/",
        "/user/alice/",
        "/help/",
        "/sponsors/",
    ]
    assert sorted(set(links) - {"/account/logout/"}) == sorted(expected)


def test_settings_have_the_sections_of_pypi(owner: SiteVisitor) -> None:
    page = owner.get("/manage/account/").page
    assert [heading.words for heading in page.all("h2")] == [
        "Profile picture",
        "Account details",
        "Account emails",
        "Change password",
        "Two factor authentication (2FA)",
        "Account associations",
        "API tokens",
        "Security history",
        "Delete account",
    ]
    assert "Connect external accounts" in [heading.words for heading in page.all("h3")]
    assert "You have not connected any external accounts yet." in page.one("main").words
