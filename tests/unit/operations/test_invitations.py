"""Invite users to a project, and answer. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.projects import ProjectRow
from fake_pypi.operations import invitations
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser
from fake_pypi.operations.invitations import OpenInvitation
from tests.unit.operations.accounts import newest_mail, signed_in, subjects, tags, token_in_mail


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


@pytest.fixture
def project(index: Index) -> ProjectRow:
    """Return a project of alice, in an index with bob too."""
    index.accounts.add("bob")
    return index.projects.create("Demo", index.accounts.add("alice"))


@pytest.fixture
def alice(index: Index, project: ProjectRow) -> SignedInUser:
    return signed_in(index, "alice")


@pytest.fixture
def bob(index: Index, project: ProjectRow) -> SignedInUser:
    return signed_in(index, "bob")


def invite(
    index: Index, actor: SignedInUser, project: ProjectRow, username: str = "bob", role: str = "Maintainer"
) -> object:
    return invitations.invite(index, actor, project, username=username, role_name=role)


def project_tags(index: Index, project: ProjectRow) -> list[str]:
    return [event.tag for event in reversed(index.events.of(project.id))]


def test_an_invitation_is_sent_and_accepted(
    index: Index, alice: SignedInUser, bob: SignedInUser, project: ProjectRow
) -> None:
    assert invite(index, alice, project) == "Invitation sent to 'bob'"
    message = newest_mail(index)
    assert (message.to, message.subject) == (
        "bob <bob@example.com>",
        "[PyPI] alice has invited you to join the Demo project",
    )
    assert message.links[0].startswith("https://pypi.org/account/verify-project-role/?token=")
    token = token_in_mail(index)
    opened = invitations.read(index, bob, token)
    assert isinstance(opened, OpenInvitation)
    assert (opened.project.name, opened.invitation.role, opened.invited_by) == ("Demo", "Maintainer", alice.user)
    assert invitations.accept(index, bob, token) == "You are now Maintainer of the 'Demo' project."
    assert index.projects.role_of(project, bob.user) == "Maintainer"
    assert [entry.action for entry in index.journal.entries()][-2:] == [
        "invite Maintainer bob",
        "accepted Maintainer bob",
    ]
    assert subjects(index, "alice") == ["[PyPI] Collaborator added notification"]
    assert subjects(index, "bob")[-1] == "[PyPI] You have joined the Demo project"
    assert tags(index, "bob") == ["account:role:invite", "account:role:add"]
    assert project_tags(index, project) == ["project:role:invite", "project:role:add"]
    assert index.events.of(project.id)[0].facts == {
        "submitted_by": "bob",
        "role_name": "Maintainer",
        "target_user": "bob",
    }
    assert invitations.accept(index, bob, token) == FormErrors(flash="Role invitation no longer exists.")


def test_an_invitation_is_declined(index: Index, alice: SignedInUser, bob: SignedInUser, project: ProjectRow) -> None:
    invite(index, alice, project, role="Owner")
    token = token_in_mail(index)
    assert invitations.decline(index, bob, token) == "Invitation for 'Demo' is declined."
    assert index.projects.role_of(project, bob.user) is None
    assert index.events.of(project.id)[0].facts == {"submitted_by": "alice", "role_name": "Owner", "target_user": "bob"}
    assert invitations.decline(index, bob, token) == FormErrors(flash="Role invitation no longer exists.")
    assert invite(index, alice, project) == "Invitation sent to 'bob'"


def test_an_invitation_is_revoked(index: Index, alice: SignedInUser, bob: SignedInUser, project: ProjectRow) -> None:
    invite(index, alice, project)
    assert invitations.revoke(index, alice, project, bob.user.id) == "Invitation revoked from 'bob'."
    assert invitations.revoke(index, alice, project, bob.user.id) == FormErrors(flash="Could not find role invitation.")
    assert invitations.accept(index, bob, token_in_mail(index)) == FormErrors(flash="Role invitation no longer exists.")
    assert index.journal.entries()[-1].action == "revoke_invite Maintainer bob"
    assert project_tags(index, project)[-1] == "project:role:revoke_invite"


def test_an_expired_invitation_can_be_repeated_or_revoked(
    index: Index, alice: SignedInUser, bob: SignedInUser, project: ProjectRow
) -> None:
    invite(index, alice, project)
    again = FormErrors(flash="User 'bob' already has an active invite. Please try again later.")
    assert invite(index, alice, project, role="Owner") == again
    index.clock.advance(hours=6, seconds=2)
    expired = FormErrors(flash="Expired token: request a new project role invitation")
    assert invitations.accept(index, bob, token_in_mail(index)) == expired
    assert invite(index, alice, project, role="Owner") == "Invitation sent to 'bob'"
    index.clock.advance(hours=6, seconds=2)
    assert invitations.revoke(index, alice, project, bob.user.id) == "Invitation already expired."
    assert index.invitations.to_project(project.id) == []


@pytest.mark.parametrize(
    ("username", "role", "fields"),
    [
        ("", "", {"username": ("Specify username",), "role_name": ("Select role",)}),
        ("no-such-user", "Maintainer", {"username": ("No user found with that username. Try again.",)}),
        ("bob", "Boss", {"role_name": ("Not a valid choice.",)}),
    ],
)
def test_the_form_is_checked(
    index: Index,
    alice: SignedInUser,
    project: ProjectRow,
    *,
    username: str,
    role: str,
    fields: dict[str, tuple[str, ...]],
) -> None:
    assert invite(index, alice, project, username, role) == FormErrors(fields)


@pytest.mark.parametrize(
    ("username", "role", "message"),
    [
        ("alice", "Owner", "User 'alice' already has Owner role for project"),
        (
            "carol",
            "Maintainer",
            (
                "User 'carol' does not have a verified primary email address and cannot be added as a Maintainer "
                "for project"
            ),
        ),
    ],
)
def test_some_users_cannot_be_invited(
    index: Index, alice: SignedInUser, project: ProjectRow, *, username: str, role: str, message: str
) -> None:
    index.accounts.add("carol", email="unverified")
    assert invite(index, alice, project, username, role) == FormErrors(flash=message)
    assert len(index.mailbox) == 0


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "Invalid token: no token supplied"),
        ("bogus", "Invalid token: request a new project role invitation"),
    ],
)
def test_an_answer_needs_its_token(index: Index, bob: SignedInUser, token: str | None, message: str) -> None:
    assert invitations.read(index, bob, token) == FormErrors(flash=message)


def test_another_user_cannot_use_an_invitation(
    index: Index, alice: SignedInUser, bob: SignedInUser, project: ProjectRow
) -> None:
    invite(index, alice, project)
    assert invitations.accept(index, alice, token_in_mail(index)) == FormErrors(flash="Role invitation is not valid.")
    other = index.signed_tokens.sign("email", {"action": "email-verify"})
    assert invitations.accept(index, bob, other) == FormErrors(
        flash="Invalid token: not a collaboration invitation token"
    )


def test_only_owners_invite_and_revoke(index: Index, bob: SignedInUser, project: ProjectRow) -> None:
    index.projects.add_role("demo", bob.user, "Maintainer")
    with pytest.raises(OperationRejected, match="permission-denied"):
        invite(index, bob, project, "bob")
    with pytest.raises(OperationRejected, match="permission-denied"):
        invitations.revoke(index, bob, project, bob.user.id)


def test_an_invitation_goes_with_its_project_and_survives_the_account_of_the_inviter(
    index: Index, alice: SignedInUser, bob: SignedInUser, project: ProjectRow
) -> None:
    invite(index, alice, project)
    token = token_in_mail(index)
    index.accounts.remove("alice")
    opened = invitations.read(index, bob, token)
    assert isinstance(opened, OpenInvitation)
    assert opened.invited_by is None
    index.projects.delete("demo")
    assert invitations.decline(index, bob, token) == FormErrors(flash="Role invitation no longer exists.")
