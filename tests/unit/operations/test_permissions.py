"""What PyPI allows an actor to do, in the order of its own checks."""

from __future__ import annotations

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.emails import EmailState
from fake_pypi.index.sender import Sender
from fake_pypi.operations.actor import ADMINISTRATOR, Actor, SignedInUser, Visitor
from fake_pypi.operations.permissions import changes, require_account, require_deletion_allowed, require_owner


@pytest.fixture
def index() -> Index:
    index = Index()
    index.projects.create("demo", index.accounts.add("alice"))
    index.projects.add_role("demo", index.accounts.add("bob"), "Maintainer")
    index.accounts.add("carol")
    return index


def signed_in(index: Index, name: str) -> SignedInUser:
    return SignedInUser(index.accounts[name])


def owner_rejection(index: Index, actor: Actor) -> str:
    with pytest.raises(OperationRejected) as raised:
        require_owner(index, actor, index.projects["demo"])
    return raised.value.reason


def test_the_administrator_is_allowed_everything(index: Index) -> None:
    index.flags.set("disallow-deletion")

    require_owner(index, ADMINISTRATOR, index.projects["demo"])
    require_account(ADMINISTRATOR, index.accounts["alice"])
    require_deletion_allowed(index, ADMINISTRATOR)


def test_an_owner_is_allowed_to_change_a_project(index: Index) -> None:
    require_owner(index, signed_in(index, "alice"), index.projects["demo"])


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_a_maintainer_and_a_user_without_a_role_are_not_allowed_to_change_a_project(index: Index, name: str) -> None:
    assert owner_rejection(index, signed_in(index, name)) == "permission-denied"


def test_a_quarantined_project_cannot_be_changed_by_its_owner(index: Index) -> None:
    index.projects.set_status("demo", "quarantined")

    assert owner_rejection(index, signed_in(index, "alice")) == "permission-denied"


def test_an_owner_of_the_organization_that_owns_a_project_is_allowed_to_change_it(index: Index) -> None:
    index.projects.add_organization("acme", project="demo")
    index.projects.add_organization_role("acme", index.accounts["carol"], "owner")
    index.projects.add_organization_role("acme", index.accounts["bob"], "manager")

    require_owner(index, signed_in(index, "carol"), index.projects["demo"])
    assert owner_rejection(index, signed_in(index, "bob")) == "permission-denied"


@pytest.mark.parametrize(
    ("email", "two_factor", "reason"),
    [("unverified", False, "unverified-email"), ("none", True, "unverified-email"), ("verified", False, "no-2fa")],
)
def test_the_account_is_checked_before_the_role(index: Index, email: EmailState, two_factor: bool, reason: str) -> None:
    index.accounts.change("carol", email=email, two_factor=two_factor)

    assert owner_rejection(index, signed_in(index, "carol")) == reason


def test_an_api_token_is_valid_for_uploads_only(index: Index) -> None:
    token = index.tokens.mint(index.accounts["alice"])

    with pytest.raises(OperationRejected, match="API tokens are not valid for permission: projects:write!"):
        require_owner(index, index.tokens.identify(f"Bearer {token.secret}"), index.projects["demo"])
    assert owner_rejection(index, Sender(index.accounts["alice"])) == "invalid-permission"


def test_a_visitor_has_to_sign_in(index: Index) -> None:
    assert owner_rejection(index, Visitor()) == "not-signed-in"


def test_an_account_can_be_changed_by_its_own_user_only(index: Index) -> None:
    require_account(signed_in(index, "alice"), index.accounts["alice"])
    with pytest.raises(OperationRejected, match="permission-denied"):
        require_account(signed_in(index, "bob"), index.accounts["alice"])


def test_the_pages_that_set_up_a_second_factor_need_none(index: Index) -> None:
    user = index.accounts.change("alice", two_factor=False)

    require_account(SignedInUser(user), user, two_factor=False)
    with pytest.raises(OperationRejected, match="no-2fa"):
        require_account(SignedInUser(user), user)


def test_deletions_can_be_disabled(index: Index) -> None:
    require_deletion_allowed(index, signed_in(index, "alice"))
    index.flags.set("disallow-deletion")

    with pytest.raises(OperationRejected, match=r"https://pypi\.org/help#admin-intervention"):
        require_deletion_allowed(index, signed_in(index, "alice"))


def test_changes_of_users_are_taken_back_in_read_only_mode(index: Index) -> None:
    index.flags.set("read-only")

    with changes(index, signed_in(index, "alice")):
        index.accounts.add("dave")
    with changes(index, ADMINISTRATOR):
        index.accounts.add("erin")

    assert index.accounts.get("dave") is None
    assert index.accounts.get("erin") is not None


def test_what_is_done_to_sessions_remains_in_read_only_mode(index: Index) -> None:
    alice = index.accounts["alice"]
    ended, session = index.sessions.create(), index.sessions.create()
    index.flags.set("read-only")

    with changes(index, signed_in(index, "alice")), changes(index, signed_in(index, "alice")):
        index.accounts.record_login(alice)
        index.sessions.end(ended)
        logged_in = index.sessions.log_in(session, alice.id, 0)

    assert index.accounts["alice"].last_login == alice.last_login
    assert index.sessions.get(ended.id) is None
    assert index.sessions.get(logged_in.id) == logged_in
