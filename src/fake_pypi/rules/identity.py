"""Senders that may not upload: credentials, caveats of the token, the role in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import TWO_FACTOR_ENFORCED
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.sender import Sender
    from fake_pypi.rules.upload import Upload

ARCHIVED = ("archived", "archived-noindex")


def may_upload(sender: Sender, project: ProjectRow, index: Index) -> bool:
    """Return whether the sender's role in the project permits uploads, without regard to caveats of its token.

    An archived project accepts no files. A quarantined one accepts those of its owners, but none from trusted
    publishers. Owners of an organization may upload without a role in the project; its other members may not.
    """
    if project.status in ARCHIVED:
        return False
    if sender.publisher is not None:
        return project.id in sender.publisher.projects and project.status != "quarantined"
    if sender.user is None:
        return False
    if index.projects.role_of(project, sender.user) is not None:
        return True
    role = index.projects.organization_role_of(project.organization, sender.user)
    return (role or "").lower() == "owner"


def token_problems(upload: Upload, index: Index) -> str | None:
    """Return what is wrong with the sender's token for this project, in PyPI's words, or None."""
    if upload.sender.token_id is None:
        return None
    return index.tokens.problems(upload.sender, upload.name, upload.project)


class PasswordNotSupported(Rule):
    """The credentials are a user name and a password, which PyPI has not accepted since 2024.

    PyPI gives the same answer to a valid token that is sent with a user name other than `__token__`.
    """

    id = "password-not-supported"
    status = 403
    message_template = (
        "Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted "
        "Publishers instead. See https://pypi.org/help/#apitoken and https://pypi.org/help/#trusted-publishers"
    )
    page: ClassVar[str | None] = ""
    remedy = "Use `__token__` as the user name and an API token as the password."
    source = warehouse("accounts/security_policy.py", "BasicAuthSecurityPolicy.identity")
    recorded = cases("auth/username-password")
    since = "2024-01-01"
    dated_by = TWO_FACTOR_ENFORCED

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.sender.problem == "password" else None

    def example(self) -> Example:
        return Example(wheel("demo"), sender="password")


class NoCredentials(Rule):
    """The upload has no credentials.

    Often a CI secret is empty because the job runs for a fork, or an environment variable has a name that the tool does
    not read.
    """

    id = "no-identity"
    status = 403
    message_template = (
        "Invalid or non-existent authentication information. "
        "See https://pypi.org/help/#invalid-auth for more information."
    )
    remedy = "Give the tool a token: `TWINE_PASSWORD`, `UV_PUBLISH_TOKEN`, `.pypirc`, or trusted publishing."
    source = warehouse("forklift/decorators.py", "ensure_uploads_allowed")
    recorded = cases("auth/none-no-body")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.sender.problem == "missing" else None

    def example(self) -> Example:
        return Example(wheel("demo"), sender="nobody")


class UnknownToken(Rule):
    """The token is unknown to this index: it was truncated, deleted, or created on the other index.

    The token of a disabled or frozen account is unknown, too. PyPI and TestPyPI do not know each other's tokens, and
    tokens of both start with `pypi-`.
    """

    id = "unknown-token"
    status = 403
    message_template = NoCredentials.message_template
    remedy = "Check that the token is complete, and that it was created on the index that you upload to."
    source = warehouse("forklift/decorators.py", "ensure_uploads_allowed")
    recorded = cases("auth/deleted-token")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.sender.problem == "unknown" else None

    def example(self) -> Example:
        return Example(wheel("demo"), sender="unknown")


class PublisherCannotCreate(Rule):
    """A trusted publisher uploaded to a project that does not exist. Only users can create projects.

    Usually a pending publisher was registered for another name than the one in the metadata: the project of the
    registered name was created, the one in the metadata does not exist.
    """

    id = "publisher-cannot-create-project"
    message_template = (
        "Non-user identities cannot create new projects. This was probably caused by successfully using a "
        "pending publisher but specifying the project name incorrectly (either in the publisher or in your "
        "project's metadata). Please ensure that both match. See: https://docs.pypi.org/trusted-publishers/troubleshooting/"
    )
    remedy = "Register the pending publisher for exactly the name in the metadata."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("oidc/upload-new-project")
    unknown_offline = "whether the project exists"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        new = upload.project is None and upload.sender.publisher is not None
        return self.reject() if new else None

    def example(self) -> Example:
        return Example(wheel("demo"), sender="publisher")


class InvalidToken(Rule):
    """The token is known, but its signature or one of its caveats is not valid for this project.

    It has expired, is not valid yet, is scoped to another project, or was changed. A sentence is repeated if several
    caveats fail for the same reason: the token contains them, and the server has a copy.
    """

    id = "invalid-api-token"
    status = 403
    message_template = "Invalid API Token: {problems}"
    remedy = "Create a token for this project (or for the whole account, if the project is new) and use that."
    source = warehouse("macaroons/security_policy.py", "MacaroonSecurityPolicy.permits")
    recorded = cases("auth/project-token-new-project")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        problems = token_problems(upload, index)
        return self.reject(problems=problems) if problems else None

    def example(self) -> Example:
        return Example(wheel("demo"), sender="expired-token")


class NotAllowed(Rule):
    """The account or publisher has no role in this project, or the project is archived.

    Names are compared without regard to case, `-`, `_` and `.`, so the existing project may be spelled differently.
    """

    id = "permission-denied"
    status = 403
    message_template = (
        "{who} isn't allowed to upload to project '{project}'. "
        "See https://pypi.org/help/#project-name for more information."
    )
    remedy = "Choose another name, ask an owner of the project for a role, or have the project unarchived."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("auth/other-users-project")
    unknown_offline = "whether the name is free or yours"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        sender, project = upload.sender, upload.project
        if project is None or sender.problem or may_upload(sender, project, index):
            return None
        who = f"The user '{sender.user.name}'" if sender.user else "The given token"
        return self.reject(who=who, project=project.name)

    def example(self) -> Example:
        def create_as_other_user(index: Index) -> None:
            index.projects.create("demo", index.accounts.add("other-user"))

        return Example(wheel("demo"), prepare=create_as_other_user)
