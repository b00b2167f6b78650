"""Who may open the pages on which projects are managed: each kind of user, at each address."""

from __future__ import annotations

import pytest

from fake_pypi.operations.sessions import PASSWORD_AGE
from fake_pypi.web.instance import Instance
from tests.integration.web.site.manage.conftest import SignIn
from tests.integration.web.site.visiting import SiteVisitor, Visited

PROJECT = "/manage/project/demo"
READ = ("releases", "history", "documentation")
READ_AND_SENT = ("release/1.0", "collaboration", "settings", "settings/publishing")
SENT = (
    "collaboration/change",
    "collaboration/delete",
    "collaboration/revoke_invite",
    "archive",
    "unarchive",
    "delete_project",
)
OF_PROJECT = tuple(f"{PROJECT}/{page}/" for page in (*READ, *READ_AND_SENT, *SENT))
OF_ACCOUNT = ("/manage/projects/", "/manage/account/publishing/", "/account/verify-project-role/")
WITHOUT_PASSWORD = ("history", "documentation", "collaboration/revoke_invite", "archive", "unarchive")
"""Pages of a project for which no password has to be confirmed again."""

UNVERIFIED = "You must verify your **primary** email address before you can perform this action."
NO_TWO_FACTOR = "Two-factor authentication must be enabled on your account to perform this action."


@pytest.fixture
def demo(instance: Instance) -> Instance:
    """demo with a maintainer, and users who lack what the pages need."""
    index = instance.index
    index.accounts.add("mary")
    index.projects.add_role("demo", index.accounts["mary"], "Maintainer")
    index.accounts.add("nora", two_factor=False)
    for name in ("carol", "nora"):
        index.projects.add_role("demo", index.accounts[name], "Owner")
    return instance


def opened(browser: SiteVisitor, path: str) -> Visited:
    """Open a page as it is meant to be: a form's address gets a form."""
    is_form = any(path == f"{PROJECT}/{page}/" for page in SENT)
    return browser.post(path) if is_form else browser.get(path)


def quoted(path: str) -> str:
    return path.replace("/", "%2F")


@pytest.mark.parametrize("path", [*OF_PROJECT, *OF_ACCOUNT])
def test_a_visitor_has_to_log_in(demo: Instance, path: str) -> None:
    shown = opened(SiteVisitor(demo, host="pypi.org", scheme="https"), path)
    assert (shown.status, shown.location) == (303, f"/account/login/?next={quoted(path)}")
    assert shown.flashes == []


@pytest.mark.parametrize("path", [*OF_PROJECT, *OF_ACCOUNT])
def test_a_user_without_a_verified_address_is_sent_to_verify_it(demo: Instance, sign_in: SignIn, path: str) -> None:
    shown = opened(sign_in("carol"), path)
    assert (shown.status, shown.location) == (303, f"/manage/unverified-account/?next={quoted(path)}")
    assert shown.flashes == [("error", UNVERIFIED)]


@pytest.mark.parametrize("path", [*OF_PROJECT, *OF_ACCOUNT])
def test_a_user_without_a_second_factor_is_sent_to_set_one_up(demo: Instance, sign_in: SignIn, path: str) -> None:
    shown = opened(sign_in("nora"), path)
    assert (shown.status, shown.location) == (303, f"/manage/account/two-factor/?next={quoted(path)}")
    assert shown.flashes == [("error", NO_TWO_FACTOR)]


@pytest.mark.parametrize("user", ["mary", "bob"])
@pytest.mark.parametrize("path", OF_PROJECT)
def test_maintainers_and_others_get_403_and_change_nothing(
    demo: Instance, sign_in: SignIn, path: str, user: str
) -> None:
    shown = opened(sign_in(user), path)
    assert (shown.status, shown.title) == (403, "Access Denied / Forbidden (403) · PyPI")
    assert shown.flashes == []
    assert demo.index.projects["demo"].status == "active"


@pytest.mark.parametrize("user", ["alice", "mary", "bob"])
@pytest.mark.parametrize("path", OF_ACCOUNT[:2])
def test_every_user_has_the_pages_of_the_own_account(demo: Instance, sign_in: SignIn, path: str, user: str) -> None:
    assert sign_in(user).get(path).status == 200


@pytest.mark.parametrize("page", [*READ, *READ_AND_SENT])
def test_an_owner_sees_every_page(demo: Instance, sign_in: SignIn, page: str) -> None:
    assert sign_in("alice").get(f"{PROJECT}/{page}/").status == 200


@pytest.mark.parametrize("path", OF_PROJECT)
def test_an_owner_confirms_the_password_again_where_the_real_site_requires_it(
    demo: Instance, sign_in: SignIn, path: str
) -> None:
    alice = sign_in("alice")
    demo.index.clock.advance(seconds=PASSWORD_AGE + 1)
    shown = opened(alice, path)
    asks = "Confirm password · PyPI"
    if path in {f"{PROJECT}/{page}/" for page in WITHOUT_PASSWORD}:
        assert shown.status == 303 or shown.title != asks
    else:
        assert (shown.status, shown.title) == (200, asks)
        shown.page.one("form", action="/account/reauthenticate/")
    assert demo.index.projects.get("demo") is not None


def test_the_password_page_leads_back_to_the_release(demo: Instance, sign_in: SignIn) -> None:
    alice = sign_in("alice")
    demo.index.clock.advance(seconds=PASSWORD_AGE + 1)
    shown = alice.post(f"{PROJECT}/release/1.0/", confirm_delete_version="1.0")
    assert shown.values("next_route") == ["manage.project.release"]
    (matchdict,) = shown.values("next_route_matchdict")
    assert '"project_name": "demo"' in matchdict
    assert '"version": "1.0"' in matchdict


@pytest.mark.parametrize("path", [path for path in OF_PROJECT if path.split("/")[4] not in READ])
def test_a_form_without_its_csrf_token_is_rejected(demo: Instance, sign_in: SignIn, path: str) -> None:
    shown = sign_in("alice").post(path, csrf_token="", confirm_project_name="demo")
    assert shown.status == 400
    assert b"Bad CSRF token received." in shown.body
    assert demo.index.projects.get("demo") is not None
