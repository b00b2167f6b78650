"""Invite users to a project, and accept or decline an invitation.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/__init__.py, `manage_project_roles`
https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py, `verify_project_role`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from fake_pypi.index.projects import Role
from fake_pypi.operations.account_forms import FormErrors, with_errors
from fake_pypi.operations.account_mail import send_collaborator_added, send_invitation
from fake_pypi.operations.permissions import changes, require_account, require_owner
from fake_pypi.operations.security_history import record_role

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.invitations import Invitation
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.operations.actor import SignedInUser

UNVERIFIED_USER = (
    "User '{user}' does not have a verified primary email address and cannot be added as a {role} for project"
)
TOKEN_PROBLEMS = {
    "missing": "Invalid token: no token supplied",
    "expired": "Expired token: request a new project role invitation",
    "invalid": "Invalid token: request a new project role invitation",
}


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that the actor can accept or decline; `invited_by` is None if that account was deleted."""

    invitation: Invitation
    project: ProjectRow
    invited_by: User | None


def invite(
    index: Index, actor: SignedInUser, project: ProjectRow, *, username: str, role_name: str
) -> str | FormErrors:
    """Invite a user to a role in a project of which the actor is an owner. Returns PyPI's message about it."""
    require_owner(index, actor, project)
    user = index.accounts.find(username)
    role: Role = "Owner" if role_name == "Owner" else "Maintainer"
    errors = with_errors(username=_check_invitee(username, user), role_name=_check_role(role_name))
    if errors is not None or user is None:
        return errors or FormErrors()
    existing = index.projects.role_of(project, user)
    if existing is not None:
        return FormErrors(flash=f"User '{username}' already has {existing} role for project")
    if user.email != "verified":
        return FormErrors(flash=UNVERIFIED_USER.format(user=username, role=role))
    earlier = index.invitations.get(project.id, user.id)
    if earlier is not None and is_open(index, earlier):
        return FormErrors(flash=f"User '{username}' already has an active invite. Please try again later.")
    inviter = actor.user
    data = {"desired_role": role, "user_id": user.id, "project_id": project.id, "submitter_id": inviter.id}
    with changes(index, actor):
        token = index.signed_tokens.sign("email", {"action": "email-project-role-verify", **data})
        index.invitations.add(project.id, user.id, role, invited_by=inviter.id, token=token)
        index.journal.write(project.name, None, f"invite {role} {username}", inviter.name)
        send_invitation(index, actor, user, project, by=inviter, token=token)
        record_role(index, actor, "invite", project=project, user=user, role=role, by=inviter.name)
    return f"Invitation sent to '{username}'"


def is_open(index: Index, invitation: Invitation) -> bool:
    """Whether an invitation can still be answered: its link has not expired."""
    return not isinstance(index.signed_tokens.read("email", invitation.token), str)


def _check_invitee(username: str, user: User | None) -> list[str]:
    if not username:
        return ["Specify username"]
    return [] if user is not None else ["No user found with that username. Try again."]


def _check_role(role_name: str) -> list[str]:
    if not role_name:
        return ["Select role"]
    return [] if role_name in get_args(Role) else ["Not a valid choice."]


def revoke(index: Index, actor: SignedInUser, project: ProjectRow, user_id: str) -> str | FormErrors:
    """Withdraw the invitation of a user to a project of which the actor is an owner."""
    require_owner(index, actor, project)
    user, invitation = index.accounts.by_id(user_id), index.invitations.get(project.id, user_id)
    if invitation is None or user is None:
        return FormErrors(flash="Could not find role invitation.")
    with changes(index, actor):
        index.invitations.remove(invitation)
        if index.signed_tokens.read("email", invitation.token) == "expired":
            return "Invitation already expired."
        role, by = invitation.role, actor.name
        index.journal.write(project.name, None, f"revoke_invite {role} {user.name}", by)
        record_role(index, actor, "revoke_invite", project=project, user=user, role=role, by=by)
    return f"Invitation revoked from '{user.name}'."


def read(index: Index, actor: SignedInUser, token: str | None) -> OpenInvitation | FormErrors:
    """Return the invitation that the link from an e-mail is about."""
    require_account(actor, actor.user)
    content = index.signed_tokens.read("email", token)
    if isinstance(content, str):
        return FormErrors(flash=TOKEN_PROBLEMS[content])
    if content.data.get("action") != "email-project-role-verify":
        return FormErrors(flash="Invalid token: not a collaboration invitation token")
    if content.data["user_id"] != actor.user.id:
        return FormErrors(flash="Role invitation is not valid.")
    project = index.projects.by_id(content.data["project_id"])
    invitation = index.invitations.get(content.data["project_id"], actor.user.id)
    if project is None or invitation is None:
        return FormErrors(flash="Role invitation no longer exists.")
    return OpenInvitation(invitation, project, index.accounts.by_id(invitation.invited_by))


def accept(index: Index, actor: SignedInUser, token: str | None) -> str | FormErrors:
    """Take on the role that the actor was invited to. Returns PyPI's message about it."""
    with changes(index, actor):
        opened = read(index, actor, token)
        if isinstance(opened, FormErrors):
            return opened
        user, project, role = actor.user, opened.project, opened.invitation.role
        owners = [index.accounts[name] for name, held in index.projects.roles(project) if held == "Owner"]
        index.invitations.remove(opened.invitation)
        index.projects.accept_role(project, user, role)
        record_role(index, actor, "add", project=project, user=user, role=role, by=user.name)
        send_collaborator_added(index, actor, user, project, role=role, by=opened.invited_by, owners=owners)
    return f"You are now {role} of the '{project.name}' project."


def decline(index: Index, actor: SignedInUser, token: str | None) -> str | FormErrors:
    """Decline an invitation of the actor. Returns PyPI's message about it."""
    with changes(index, actor):
        opened = read(index, actor, token)
        if isinstance(opened, FormErrors):
            return opened
        project, role = opened.project, opened.invitation.role
        by = "" if opened.invited_by is None else opened.invited_by.name
        index.invitations.remove(opened.invitation)
        record_role(index, actor, "decline_invite", project=project, user=actor.user, role=role, by=by)
    return f"Invitation for '{project.name}' is declined."
