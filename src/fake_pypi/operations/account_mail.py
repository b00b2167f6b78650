"""The e-mails about accounts and invitations. The subjects are PyPI's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fake_pypi.operations.actor import SignedInUser, Visitor

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.emails import Email
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.operations.actor import Actor

SENDER = "noreply@pypi.org"
HOURS = 6  # for which links are valid
NOT_YOU = "If you did not do this, change your password and write to the administrators of the site."
IGNORE = "If you did not expect this e-mail, you can ignore it."
METHODS = {"totp": "An authentication application (TOTP)", "webauthn": "A security device (WebAuthn)"}


def send(
    index: Index,
    actor: Actor,
    user: User,
    subject: str,
    *paragraphs: str,
    email: Email | None = None,
    unverified: bool = False,
) -> None:
    """Send an e-mail to a user, and record it in the user's security history.

    It is sent to the primary address unless `email` is another one, and to an address that is not verified only with
    `unverified`.
    """
    from email.utils import formataddr

    email = email or index.emails.primary(user.id)
    if email is None or not (email.verified or unverified):
        return
    subject = f"[{index.site.title}] {subject}"
    text = "\n\n".join(paragraphs)
    index.mailbox.send(formataddr((user.full_name or user.name, email.address)), subject, f"{text}\n")
    # PyPI sends e-mails in another process, and hides its address if a user was signed in.
    facts = {"from_": SENDER, "to": email.address, "subject": subject, "redact_ip": isinstance(actor, SignedInUser)}
    index.events.add(user.id, "account:email:sent", ip="127.0.0.1", facts=facts)


def _site_url(index: Index, actor: Actor) -> str:
    """Return what links begin with: the address at which the actor visits the site, if it is a person who does."""
    visited = actor.site_url if isinstance(actor, SignedInUser | Visitor) else ""
    return visited or index.site_url


def send_verification(index: Index, actor: Actor, user: User, email: Email) -> None:
    """Send the link that verifies an address."""
    token = index.signed_tokens.sign(
        "email", {"action": "email-verify", "email.id": email.id, "email.address": email.address}
    )
    send(
        index,
        actor,
        user,
        "Email verification",
        f"The {index.site.title} account {user.name} has the new address {email.address}.",
        "To verify the address, open this link:",
        f"{_site_url(index, actor)}/account/verify-email/?token={token}",
        f"The link is valid for {HOURS} hours.",
        IGNORE,
        email=email,
        unverified=True,
    )


def send_email_added(index: Index, actor: Actor, user: User, added: Email) -> None:
    """Tell the other addresses of a user about a new one."""
    subject = f"A new email '{added.address}' has been added to your account '{user.name}'"
    text = f"The address {added.address} was added to your {index.site.title} account {user.name}."
    for email in index.emails.of(user.id):
        if email.id != added.id:
            send(index, actor, user, subject, text, NOT_YOU, email=email)


def send_primary_email_changed(index: Index, actor: Actor, user: User, previous: Email) -> None:
    """Tell the previous primary address that another one has replaced it."""
    text = f"Your {index.site.title} account {user.name} has another primary e-mail address now."
    send(index, actor, user, "Primary email change notification", text, NOT_YOU, email=previous)


def send_password_changed(index: Index, actor: Actor, user: User) -> None:
    """Tell a user that the password was changed."""
    text = f"The password of your {index.site.title} account {user.name} was changed."
    send(index, actor, user, "Password change notification", text, NOT_YOU)


def send_password_compromised(index: Index, actor: Actor, user: User) -> None:
    """Tell a user that the password was disabled because it is known from a security breach."""
    text = (
        f"The password of your {index.site.title} account {user.name} is known from a security breach and was disabled."
    )
    reset = f"To set another one, open {_site_url(index, actor)}/account/request-password-reset/"
    send(index, actor, user, "Your account's password was compromised", text, reset)


def send_password_reset(index: Index, actor: Actor, user: User, email: Email | None, token: str) -> None:
    """Send the link that resets a password."""
    send(
        index,
        actor,
        user,
        "Password reset request",
        f"The password of your {index.site.title} account {user.name} can be reset with this link:",
        f"{_site_url(index, actor)}/account/reset-password/?token={token}",
        f"The link is valid for {HOURS} hours.",
        IGNORE,
        email=email,
        unverified=True,
    )


def send_two_factor_changed(index: Index, actor: Actor, user: User, action: str, method: str) -> None:
    """Tell a user that a second factor was "added" or "removed"; `method` is "totp" or "webauthn"."""
    text = f"{METHODS[method]} was {action} as a second factor of your {index.site.title} account {user.name}."
    send(index, actor, user, f"Two-factor method {action}", text, NOT_YOU)


def send_recovery_codes_generated(index: Index, actor: Actor, user: User) -> None:
    """Tell a user that there are new recovery codes."""
    text = f"Your {index.site.title} account {user.name} has new recovery codes. Earlier ones are not valid any more."
    send(index, actor, user, "Recovery codes generation notification", text, NOT_YOU)


def send_recovery_code_used(index: Index, actor: Actor, user: User) -> None:
    """Tell a user that a recovery code was used."""
    text = f"A recovery code of your {index.site.title} account {user.name} was used. It cannot be used again."
    send(index, actor, user, "Recovery code use notification", text, NOT_YOU)


def send_recovery_code_reminder(index: Index, actor: Actor, user: User) -> None:
    """Remind a user who logs in with a second factor that there are no recovery codes."""
    text = f"Your {index.site.title} account {user.name} has no recovery codes. To generate them, open this link:"
    link = f"{_site_url(index, actor)}/manage/account/two-factor/"
    send(index, actor, user, "Two-factor recovery codes are available", text, link)


def send_account_deleted(index: Index, actor: Actor, user: User) -> None:
    """Tell a user that the account was deleted."""
    text = f"Your {index.site.title} account {user.name} was deleted."
    send(index, actor, user, "Account deletion notification", text, NOT_YOU)


def send_unrecognized_login(index: Index, actor: Actor, user: User, *, ip: str, user_agent: str, token: str) -> None:
    """Send the link that confirms a log-in from a device that the user has not logged in from before."""
    send(
        index,
        actor,
        user,
        f"Unrecognized login to your {index.site.title} account",
        f"There was a log-in to your account {user.name} from a device that {index.site.title} does not recognize.",
        f"IP address: {ip}\nLocation: Unknown\nUser agent: {user_agent or 'Unknown User-Agent'}",
        "If this was you, open this link on the same device:",
        f"{_site_url(index, actor)}/account/confirm-login/?token={token}",
        NOT_YOU,
    )


def send_invitation(index: Index, actor: Actor, user: User, project: ProjectRow, *, by: User, token: str) -> None:
    """Send the link with which a user accepts or declines an invitation to a project."""
    send(
        index,
        actor,
        user,
        f"{by.name} has invited you to join the {project.name} project",
        f"{by.name} has invited you to the {index.site.title} project {project.name}.",
        "To accept or to decline, open this link:",
        f"{_site_url(index, actor)}/account/verify-project-role/?token={token}",
        f"The link is valid for {HOURS} hours.",
        IGNORE,
    )


def send_collaborator_added(
    index: Index, actor: Actor, user: User, project: ProjectRow, *, role: str, by: User | None, owners: Iterable[User]
) -> None:
    """Tell the owners of a project about a new collaborator, and the collaborator about the project."""
    who = f", invited by {by.name}" if by is not None else ""
    text = f"{user.name} is now {role} of the {index.site.title} project {project.name}{who}."
    for owner in owners:
        send(index, actor, owner, "Collaborator added notification", text, NOT_YOU)
    text = f"You are now {role} of the {index.site.title} project {project.name}{who}."
    send(index, actor, user, f"You have joined the {project.name} project", text)


def send_role_changed(
    index: Index, actor: Actor, user: User, project: ProjectRow, *, role: str, owners: Iterable[User]
) -> None:
    """Tell the owners of a project, and the user, about another role of the user."""
    subject = "Collaborator role change notification"
    for owner in owners:
        text = f"{user.name} is now {role} of the {index.site.title} project {project.name}."
        send(index, actor, owner, subject, text, NOT_YOU)
    send(index, actor, user, subject, f"You are now {role} of the {index.site.title} project {project.name}.")


def send_collaborator_removed(
    index: Index, actor: Actor, user: User, project: ProjectRow, *, owners: Iterable[User]
) -> None:
    """Tell the owners of a project, and the user, that the user has no role in it any more."""
    subject = "Collaborator removed notification"
    for owner in owners:
        text = f"{user.name} is no collaborator of the {index.site.title} project {project.name} any more."
        send(index, actor, owner, subject, text, NOT_YOU)
    text = f"You are no collaborator of the {index.site.title} project {project.name} any more."
    send(index, actor, user, subject, text)
