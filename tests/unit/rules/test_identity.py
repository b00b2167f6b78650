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

Said = Callable[..., "Rejection | None"]
FACTS = {"owner": "octo", "owner_id": "1", "repository": "demo", "workflow": "release.yml", "environment": ""}


@pytest.fixture
def index() -> Iterator[Index]:
    index = Index()
    index.projects.create("demo", index.accounts.add("owner"))
    index.accounts.add("stranger")
    yield index
    index.close()


@pytest.fixture
def said(index: Index, tmp_path: Path) -> Said:
    """What the book says to an upload of demo 1.0 by that sender."""

    def judge(sender: Sender | Token | str | None, name: str = "demo") -> Rejection | None:
        upload = upload_of(Example(wheel(name)), index, tmp_path)
        upload.sender = _sender(sender, index)
        return PYPI.judge(upload, index).rejection

    return judge


def _sender(sender: Sender | Token | str | None, index: Index) -> Sender:
    if isinstance(sender, Sender):
        return sender
    secret = sender.secret if isinstance(sender, Token) else index.tokens.mint(index.accounts[str(sender)]).secret
    return index.tokens.identify(f"Bearer {secret}")


def rule_of(stop: Rejection | None) -> str | None:
    return None if stop is None else stop.rule.id


def publisher(index: Index) -> Publisher:
    return index.publishers.add("github", FACTS, index.projects["demo"])


def test_an_owner_uploads_and_a_stranger_does_not(said: Said) -> None:
    assert rule_of(said("owner")) is None
    rejected = said("stranger")
    assert rejected is not None
    assert rejected.message == (
        "The user 'stranger' isn't allowed to upload to project 'demo'. "
        "See https://pypi.org/help/#project-name for more information."
    )


def test_a_maintainer_uploads_until_the_role_is_taken_away(index: Index, said: Said) -> None:
    index.projects.add_role("demo", index.accounts["stranger"], "Maintainer")
    assert rule_of(said("stranger")) is None
    index.projects.remove_role("demo", index.accounts["stranger"])
    assert rule_of(said("stranger")) == "permission-denied"


@pytest.mark.parametrize(("role", "allowed"), [("Owner", True), ("owner", True), ("manager", False), ("member", False)])
def test_of_an_organization_only_owners_upload_without_a_role_of_their_own(
    index: Index, said: Said, role: str, allowed: bool
) -> None:
    index.projects.add_organization("acme", project="demo")
    index.projects.add_organization_role("acme", index.accounts["stranger"], role)
    assert rule_of(said("stranger")) == (None if allowed else "permission-denied")


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


def test_a_publishers_token_is_told_of_as_a_token(index: Index, said: Said) -> None:
    token = index.tokens.mint_for_publisher(publisher(index), {})
    assert rule_of(said(token)) is None
    index.projects.set_status("demo", "archived")
    rejected = said(token)
    assert rejected is not None
    assert rejected.message.startswith("The given token isn't allowed to upload to project 'demo'.")


def test_a_publisher_creates_no_project(index: Index, said: Said) -> None:
    token = index.tokens.mint_for_publisher(publisher(index), {})
    assert rule_of(said(token, "brandnew")) == "publisher-cannot-create-project"


def test_a_bad_token_is_found_out_before_the_role_is_looked_at(index: Index, said: Said) -> None:
    strangers = index.tokens.mint(index.accounts["stranger"], expires_in=-1)
    rejected = said(strangers)
    assert rejected is not None
    assert rejected.message == "Invalid API Token: token is expired"


def test_a_role_is_looked_at_before_the_account_for_a_project_that_is_there(index: Index, said: Said) -> None:
    index.accounts.change("stranger", two_factor=False, email="none")
    assert rule_of(said("stranger")) == "permission-denied"


def test_an_account_is_looked_at_at_once_for_a_new_name(index: Index, said: Said) -> None:
    index.accounts.change("stranger", two_factor=False)
    assert rule_of(said("stranger", "json")) == "no-2fa"


@pytest.mark.parametrize("state", ["unverified", "none", "secondary-verified"])
def test_only_a_verified_primary_address_counts_and_it_is_asked_for_first(index: Index, said: Said, state: Any) -> None:
    index.accounts.change("owner", email=state, two_factor=False)
    assert [rule_of(said("owner")), rule_of(said("owner", "brandnew"))] == ["unverified-email"] * 2


def test_publishers_have_no_account_to_be_looked_at(index: Index, said: Said) -> None:
    index.accounts.change("owner", email="none", two_factor=False)
    assert rule_of(said(index.tokens.mint_for_publisher(publisher(index), {}))) is None


@pytest.mark.parametrize(("active", "type", "fine"), [(True, "Community", True), (False, "Community", False)])
def test_an_organization_must_be_in_good_standing(
    index: Index, said: Said, active: bool, type: str, fine: bool
) -> None:
    index.projects.add_organization("acme", project="demo", active=active, type=type)
    assert rule_of(said("owner")) == (None if fine else "organization-inactive")


def test_on_testpypi_help_is_on_testpypi(tmp_path: Path) -> None:
    index = Index(TESTPYPI)
    upload = upload_of(Example(wheel("demo"), sender="nobody"), index, tmp_path)
    stop = PYPI.judge(upload, index).rejection
    assert stop is not None
    assert "https://test.pypi.org/help/#invalid-auth" in stop.message


def test_the_sites_flags_go_before_everything_else(index: Index, said: Said) -> None:
    index.flags.set("disallow-new-upload")
    assert rule_of(said(Sender(problem="missing"))) == "uploads-disabled"
    index.flags.set("read-only")
    assert rule_of(said(Sender(problem="missing"))) == "read-only"
