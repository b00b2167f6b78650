from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.index.macaroons import Token
from fake_pypi.index.publishers import Publisher
from fake_pypi.index.sender import Sender
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.identity import may_upload
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Example, Rejection
from fake_pypi.sites import TESTPYPI

Judge = Callable[..., "Rejection | None"]
FACTS = {"owner": "octo", "owner_id": "1", "repository": "demo", "workflow": "release.yml", "environment": ""}


@pytest.fixture
def index() -> Iterator[Index]:
    index = Index()
    index.projects.create("demo", index.accounts.add("owner"))
    index.accounts.add("other-user")
    yield index
    index.close()


@pytest.fixture
def judge(index: Index, uploads: Path) -> Judge:
    """Return the rejection of an upload of demo 1.0 by that sender."""

    def rejection_of(sender: Sender | Token | str | None, name: str = "demo") -> Rejection | None:
        upload = upload_of(Example(wheel(name)), index, uploads)
        upload.sender = _sender(sender, index)
        return PYPI.judge(upload, index).rejection

    return rejection_of


def _sender(sender: Sender | Token | str | None, index: Index) -> Sender:
    if isinstance(sender, Sender):
        return sender
    secret = sender.secret if isinstance(sender, Token) else index.tokens.mint(index.accounts[str(sender)]).secret
    return index.tokens.identify(f"Bearer {secret}")


def rule_of(rejection: Rejection | None) -> str | None:
    return None if rejection is None else rejection.rule.id


def publisher(index: Index) -> Publisher:
    return index.publishers.add("github", FACTS, index.projects["demo"])


def test_an_owner_may_upload_and_another_user_may_not(judge: Judge) -> None:
    assert rule_of(judge("owner")) is None
    rejected = judge("other-user")
    assert rejected is not None
    assert rejected.message == (
        "The user 'other-user' isn't allowed to upload to project 'demo'. "
        "See https://pypi.org/help/#project-name for more information."
    )


def test_a_maintainer_may_upload_until_the_role_is_removed(index: Index, judge: Judge) -> None:
    index.projects.add_role("demo", index.accounts["other-user"], "Maintainer")
    assert rule_of(judge("other-user")) is None
    index.projects.remove_role("demo", index.accounts["other-user"])
    assert rule_of(judge("other-user")) == "permission-denied"


@pytest.mark.parametrize(("role", "allowed"), [("Owner", True), ("owner", True), ("manager", False), ("member", False)])
def test_of_an_organization_only_owners_upload_without_a_role_of_their_own(
    index: Index, judge: Judge, role: str, allowed: bool
) -> None:
    index.projects.add_organization("acme", project="demo")
    index.projects.add_organization_role("acme", index.accounts["other-user"], role)
    assert rule_of(judge("other-user")) == (None if allowed else "permission-denied")


@pytest.mark.parametrize(
    ("status", "users", "publishers"),
    [
        ("active", True, True),
        ("quarantine-exit", True, True),
        ("quarantined", True, False),
        ("archived", False, False),
        ("archived-noindex", False, False),
    ],
)
def test_the_state_of_a_project_decides_who_may_still_upload(
    index: Index, status: Any, users: bool, publishers: bool
) -> None:
    trusted = publisher(index)
    index.projects.set_status("demo", status)
    project = index.projects["demo"]
    owner = Sender(user=index.accounts["owner"])
    assert may_upload(owner, project, index) is users
    assert may_upload(Sender(publisher=trusted), project, index) is publishers


def test_the_message_for_a_publisher_names_its_token(index: Index, judge: Judge) -> None:
    token = index.tokens.mint_for_publisher(publisher(index), {})
    assert rule_of(judge(token)) is None
    index.projects.set_status("demo", "archived")
    rejected = judge(token)
    assert rejected is not None
    assert rejected.message.startswith("The given token isn't allowed to upload to project 'demo'.")


def test_a_publisher_cannot_create_a_project(index: Index, judge: Judge) -> None:
    token = index.tokens.mint_for_publisher(publisher(index), {})
    assert rule_of(judge(token, "brandnew")) == "publisher-cannot-create-project"


def test_an_invalid_token_is_rejected_before_the_role_is_checked(index: Index, judge: Judge) -> None:
    token = index.tokens.mint(index.accounts["other-user"], expires_in=-1)
    rejected = judge(token)
    assert rejected is not None
    assert rejected.message == "Invalid API Token: token is expired"


def test_the_role_in_an_existing_project_is_checked_before_the_account(index: Index, judge: Judge) -> None:
    index.accounts.change("other-user", two_factor=False, email="none")
    assert rule_of(judge("other-user")) == "permission-denied"


def test_the_account_is_checked_first_for_a_new_name(index: Index, judge: Judge) -> None:
    index.accounts.change("other-user", two_factor=False)
    assert rule_of(judge("other-user", "json")) == "no-2fa"


@pytest.mark.parametrize("state", ["unverified", "none", "secondary-verified"])
def test_a_verified_primary_address_is_required_first(index: Index, judge: Judge, state: Any) -> None:
    index.accounts.change("owner", email=state, two_factor=False)
    assert [rule_of(judge("owner")), rule_of(judge("owner", "brandnew"))] == ["unverified-email"] * 2


def test_publishers_have_no_account_to_be_looked_at(index: Index, judge: Judge) -> None:
    index.accounts.change("owner", email="none", two_factor=False)
    assert rule_of(judge(index.tokens.mint_for_publisher(publisher(index), {}))) is None


@pytest.mark.parametrize(("active", "type", "fine"), [(True, "Community", True), (False, "Community", False)])
def test_an_organization_must_be_in_good_standing(
    index: Index, judge: Judge, active: bool, type: str, fine: bool
) -> None:
    index.projects.add_organization("acme", project="demo", active=active, type=type)
    assert rule_of(judge("owner")) == (None if fine else "organization-inactive")


def test_on_testpypi_help_is_on_testpypi(uploads: Path) -> None:
    index = Index(TESTPYPI)
    upload = upload_of(Example(wheel("demo"), sender="nobody"), index, uploads)
    rejection = PYPI.judge(upload, index).rejection
    assert rejection is not None
    assert "https://test.pypi.org/help/#invalid-auth" in rejection.message


def test_the_sites_flags_go_before_everything_else(index: Index, judge: Judge) -> None:
    index.flags.set("disallow-new-upload")
    assert rule_of(judge(Sender(problem="missing"))) == "uploads-disabled"
    index.flags.set("read-only")
    assert rule_of(judge(Sender(problem="missing"))) == "read-only"
