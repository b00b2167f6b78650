"""The collaborators of a project: invite users, change and remove roles; each message as recorded."""

from __future__ import annotations

import re

import pytest

from fake_pypi.web.instance import Instance
from tests.integration.web.site.manage.conftest import SignIn
from tests.integration.web.site.visiting import SiteVisitor

PAGE, LIST = "/manage/project/demo/collaboration/", "/manage/projects/"
UNVERIFIED = (
    "User 'carol' does not have a verified primary email address and cannot be added as a Maintainer for project"
)
UNKNOWN = "a1b2c3d4-0000-4000-8000-000000000000"


def invite_bob(alice: SiteVisitor, role: str = "Maintainer") -> str:
    """Invite bob, and return the path of the link in the e-mail."""
    shown = alice.post(PAGE, username="bob", role_name=role)
    assert (shown.location, shown.flashes) == (PAGE, [("success", "Invitation sent to 'bob'")])
    text = alice.instance.index.mailbox[-1].text
    found = re.search(r"/account/verify-project-role/\?token=\S+", text)
    assert found is not None
    return found[0]


def join(alice: SiteVisitor, bob: SiteVisitor, role: str = "Maintainer") -> None:
    """Make bob a collaborator."""
    assert bob.post(invite_bob(alice, role), accept="Accept").location == "/project/demo/"


def role_of(instance: Instance, user: str) -> str | None:
    return instance.index.projects.role_of(instance.index.projects["demo"], instance.index.accounts[user])


def test_the_page_lists_the_collaborators_and_has_a_form_to_invite(alice: SiteVisitor) -> None:
    shown = alice.get(PAGE)
    assert (shown.status, shown.title) == (200, "Manage 'demo' collaborators · PyPI")
    assert shown.words("h1", "h2") == ["demo", "Collaborators 1"]
    assert "Invite collaborator" in shown.words("h3")
    assert shown.words("h4") == ["Project Roles"]
    assert [each.words for each in shown.page.all("th", scope="row")] == ["alice Alice A."]
    assert [option.attributes["value"] for option in shown.page.all("option")] == ["", "Maintainer", "Owner"]
    (role_id,) = shown.values("role_id")
    assert shown.page.by_id(f"remove-{role_id}-modal-title").words == "Remove 'alice' ?"
    assert shown.page.by_id(f"remove-{role_id}-modal-confirm_remove-{role_id}").attributes["type"] == "text"


@pytest.mark.parametrize(
    ("username", "role", "errors"),
    [
        ("", "", {"username": ["Specify username"], "role_name": ["Select role"]}),
        ("no-such-user", "Maintainer", {"username": ["No user found with that username. Try again."]}),
        ("bob", "Boss", {"role_name": ["Not a valid choice."]}),
    ],
)
def test_a_form_with_errors_is_shown_again(
    alice: SiteVisitor, username: str, role: str, errors: dict[str, list[str]]
) -> None:
    shown = alice.post(PAGE, username=username, role_name=role)
    assert (shown.status, shown.title) == (200, "Manage 'demo' collaborators · PyPI")
    assert shown.errors == errors
    assert shown.values("username") == ([username] if username else [])


@pytest.mark.parametrize(
    ("username", "role", "message"),
    [
        ("alice", "Owner", "User 'alice' already has Owner role for project"),
        (
            "carol",
            "Maintainer",
            UNVERIFIED,
        ),
    ],
)
def test_a_user_who_cannot_be_invited_is_not(alice: SiteVisitor, username: str, role: str, message: str) -> None:
    shown = alice.post(PAGE, username=username, role_name=role)
    assert (shown.status, shown.location, shown.flashes) == (303, PAGE, [("error", message)])


def test_an_invitation_is_listed_and_not_sent_twice(alice: SiteVisitor, instance: Instance) -> None:
    invite_bob(alice)
    shown = alice.post(PAGE, username="bob", role_name="Owner")
    assert shown.flashes == [("error", "User 'bob' already has an active invite. Please try again later.")]
    listed = alice.get(PAGE)
    assert "Invite pending" in listed.words("td")
    bob = instance.index.accounts["bob"].id
    assert listed.page.by_id(f"revoke-invite-{bob}-modal-title").words == "Revoke invite ?"
    assert listed.values("user_id") == [bob]


def test_the_invitee_sees_the_invitation_in_the_list_and_declines_it(alice: SiteVisitor, bob: SiteVisitor) -> None:
    link = invite_bob(alice)
    listed = bob.get(LIST)
    assert listed.words("h1") == ["Pending invitations 1", "Active Projects 0"]
    buttons = [each.attributes["name"] for each in listed.page.all("button") if "name" in each.attributes]
    assert buttons == ["accept", "decline"]
    (token,) = listed.values("token")
    shown = bob.post("/account/verify-project-role/", token=token, decline="Decline")
    assert (shown.location, shown.flashes) == (LIST, [("success", "Invitation for 'demo' is declined.")])
    assert bob.get(link).flashes == [("error", "Role invitation no longer exists.")]


def test_the_page_of_an_invitation_has_buttons_to_accept_and_to_decline(
    alice: SiteVisitor, bob: SiteVisitor, instance: Instance
) -> None:
    link = invite_bob(alice)
    shown = bob.get(link)
    assert (shown.title, shown.words("h1")) == ("Confirm Invite · PyPI", ["Are you sure?"])
    assert "Would you like to accept this invitation to join ' demo' as a project Maintainer?" in shown.words("p")
    shown = bob.post(link, accept="Accept")
    message = "You are now Maintainer of the 'demo' project."
    assert (shown.location, shown.flashes) == ("/project/demo/", [("success", message)])
    assert role_of(instance, "bob") == "Maintainer"
    subjects = [mail.subject for mail in instance.index.mailbox]
    assert subjects[1:] == ["[PyPI] Collaborator added notification", "[PyPI] You have joined the demo project"]
    assert bob.post(link, accept="Accept").flashes == [("error", "Role invitation no longer exists.")]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Invalid token: no token supplied"),
        ("?token=bogus", "Invalid token: request a new project role invitation"),
    ],
)
def test_a_link_without_a_valid_token_leads_to_the_projects(bob: SiteVisitor, query: str, message: str) -> None:
    shown = bob.get(f"/account/verify-project-role/{query}")
    assert (shown.status, shown.location, shown.flashes) == (303, LIST, [("error", message)])


def test_the_link_of_another_user_is_not_valid(alice: SiteVisitor) -> None:
    shown = alice.get(invite_bob(alice))
    assert (shown.location, shown.flashes) == (LIST, [("error", "Role invitation is not valid.")])


def test_an_answer_to_an_invitation_has_to_be_one(alice: SiteVisitor, bob: SiteVisitor) -> None:
    assert bob.post(invite_bob(alice)).status == 404


def test_an_invitation_is_revoked(alice: SiteVisitor, bob: SiteVisitor, instance: Instance) -> None:
    link = invite_bob(alice)
    user_id = instance.index.accounts["bob"].id
    shown = alice.post(f"{PAGE}revoke_invite/", user_id=user_id)
    assert (shown.location, shown.flashes) == (PAGE, [("success", "Invitation revoked from 'bob'.")])
    again = alice.post(f"{PAGE}revoke_invite/", user_id=user_id)
    assert (again.location, again.flashes) == (PAGE, [("error", "Could not find role invitation.")])
    assert bob.get(link).flashes == [("error", "Role invitation no longer exists.")]


def test_an_expired_invitation_is_marked_and_cannot_be_accepted(
    alice: SiteVisitor, bob: SiteVisitor, sign_in: SignIn
) -> None:
    link = invite_bob(alice)
    alice.instance.index.clock.advance(hours=7)
    assert bob.get(LIST).words("h1") == ["Active Projects 0"]
    assert "Invite expired" in sign_in("alice").get(PAGE).words("td")
    assert bob.get(link).flashes == [("error", "Expired token: request a new project role invitation")]


def test_a_role_is_changed(alice: SiteVisitor, bob: SiteVisitor, instance: Instance) -> None:
    join(alice, bob)
    shown = alice.get(PAGE)
    assert shown.words("h2") == ["Collaborators 2"]
    select = shown.page.by_id(f"role-for-{instance.index.accounts['bob'].id}")
    assert select.attributes["name"] == "role_name"
    own, of_bob = _role_ids(alice)

    changed = alice.post(f"{PAGE}change/", role_id=of_bob, role_name="Owner")
    assert (changed.location, changed.flashes) == (PAGE, [("success", "Changed role")])
    assert role_of(instance, "bob") == "Owner"
    shown = alice.post(f"{PAGE}change/", role_id=own, role_name="Maintainer")
    assert shown.flashes == [("error", "Cannot remove yourself as Owner")]
    shown = alice.post(f"{PAGE}change/", role_id=of_bob, role_name="Boss")
    assert (shown.status, shown.location, shown.flashes) == (303, PAGE, [])
    shown = alice.post(f"{PAGE}change/", role_id=UNKNOWN, role_name="Owner")
    assert shown.flashes == [("error", "Could not find role")]
    subjects = [mail.subject for mail in instance.index.mailbox]
    assert subjects[-2:] == ["[PyPI] Collaborator role change notification"] * 2


def test_a_collaborator_is_removed(alice: SiteVisitor, bob: SiteVisitor, instance: Instance) -> None:
    join(alice, bob)
    own, of_bob = _role_ids(alice)
    assert alice.post(f"{PAGE}delete/", role_id=UNKNOWN).flashes == [("error", "Could not find role")]
    shown = alice.post(f"{PAGE}delete/", role_id=own)
    assert (shown.location, shown.flashes) == (PAGE, [("error", "Cannot remove yourself as Sole Owner")])
    shown = alice.post(f"{PAGE}delete/", role_id=of_bob)
    assert (shown.location, shown.flashes) == (PAGE, [("success", "Removed collaborator")])
    assert role_of(instance, "bob") is None
    subjects = [mail.subject for mail in instance.index.mailbox]
    assert subjects[-2:] == ["[PyPI] Collaborator removed notification"] * 2


def test_one_of_two_owners_can_leave(alice: SiteVisitor, bob: SiteVisitor) -> None:
    join(alice, bob, "Owner")
    own, _ = _role_ids(alice)
    shown = alice.post(f"{PAGE}delete/", role_id=own)
    assert (shown.location, shown.flashes) == (LIST, [("success", "Removed collaborator")])
    assert alice.get(PAGE).status == 403


def test_the_list_of_projects_differs_for_owners_and_maintainers(alice: SiteVisitor, bob: SiteVisitor) -> None:
    shown = alice.get(LIST)
    assert (shown.title, shown.words("h1")) == ("Your projects · PyPI", ["Active Projects 1"])
    assert shown.words("h3") == ["demo Sole owner"]
    assert {"/manage/project/demo/releases/", "/manage/project/demo/collaboration/"} <= set(shown.page.links)
    join(alice, bob)
    (button,) = [each for each in bob.get(LIST).page.all("button") if each.words == "Manage"]
    assert button.attributes["title"] == "You are not an owner of this project"
    assert "disabled" in button.attributes
    assert "/manage/project/demo/releases/" not in bob.get(LIST).page.links


def test_a_user_without_projects_reads_how_to_begin(sign_in: SignIn) -> None:
    shown = sign_in("bob").get(LIST)
    assert shown.words("h1") == ["Active Projects 0"]
    assert any(text.startswith("You have not uploaded any projects to PyPI, yet.") for text in shown.words("p"))


def _role_ids(browser: SiteVisitor) -> tuple[str, str]:
    """The ids of the roles of alice and of bob."""
    ids = {
        element.words.partition("'")[2].partition("'")[0]: element.attributes["id"].removeprefix("remove-")[:36]
        for element in browser.get(PAGE).page.all("h3")
        if element.attributes.get("id", "").startswith("remove-")
    }
    return ids["alice"], ids["bob"]
