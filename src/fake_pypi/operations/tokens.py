"""Create and remove API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.macaroons import Token
from fake_pypi.index.names import normalized
from fake_pypi.operations.account_forms import FormErrors, with_errors
from fake_pypi.operations.actor import Administrator
from fake_pypi.operations.password_check import check_password
from fake_pypi.operations.permissions import NO_PERMISSION, changes, require_account, require_administrator
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.operations.actor import Actor, SignedInUser

UNKNOWN_PROJECT = "Unknown or invalid project name: {name}"
LONGEST_DESCRIPTION = 100


def create(
    index: Index,
    actor: Actor,
    user: User,
    *,
    projects: Iterable[str] | None = None,
    expires_in: float | None = None,
    not_before_in: float | None = None,
    description: str = "",
) -> Token:
    """Create a token of a user: for every project of the account, or for those named, in which the user has a role.

    `expires_in` and `not_before_in` are seconds from now. A project that does not exist is `NotFound`.
    """
    require_account(actor, user)
    names = None if projects is None else list(projects)
    for name in () if isinstance(actor, Administrator) else names or ():
        project = index.projects.get(name)
        if project is None or index.projects.role_of(project, user) is None:
            raise OperationRejected("unknown-project", UNKNOWN_PROJECT.format(name=name))
    with changes(index, actor):
        token = index.tokens.mint(
            user, projects=names, expires_in=expires_in, not_before_in=not_before_in, description=description
        )
        scope = "user" if names is None else {"projects": names}
        caveats = [{"version": 1, "permissions": scope}]
        record(index, actor, user, "account:api_token:added", description=description, caveats=caveats)
        for name in names or ():
            facts = {"description": description, "user": user.name}
            record(index, actor, index.projects[name], "project:api_token:added", **facts)
        return token


def create_named(index: Index, actor: SignedInUser, *, description: str, token_scope: str) -> Token | FormErrors:
    """Create a token of the actor with the form of the web site.

    `token_scope` is "scope:user" or "scope:project:" and a normalized name.
    https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/forms.py (`CreateMacaroonForm`)
    """
    user = actor.user
    require_account(actor, user)
    errors = with_errors(
        description=_check_description(index, user, description), token_scope=_check_scope(index, user, token_scope)
    )
    if errors is not None:
        return errors
    project = token_scope.removeprefix("scope:project:") if token_scope != "scope:user" else None  # noqa: S105 - a scope
    return create(index, actor, user, projects=None if project is None else [project], description=description)


def _check_description(index: Index, user: User, description: str) -> list[str]:
    if not description:
        return ["Specify a token name"]
    messages = []
    if len(description) > LONGEST_DESCRIPTION:
        messages.append("Description must be 100 characters or less")
    if any(token.description == description for token in index.tokens.of(user)):
        messages.append("API token name already in use")
    return messages


def _check_scope(index: Index, user: User, scope: str) -> list[str]:
    word, _, rest = scope.partition(":")
    if scope in {"", "scope:unspecified"}:
        return ["Specify the token scope"]
    if scope == "scope:user":
        return []
    kind, _, name = rest.partition(":")
    if word != "scope" or kind != "project" or not name:
        return [f"Unknown token scope: {scope}"]
    is_own = any(normalized(project.name) == name for project in index.projects.of(user))
    return [] if is_own else [UNKNOWN_PROJECT.format(name=name)]


def remove_confirmed(index: Index, actor: SignedInUser, token_id: str, *, password: str) -> str | FormErrors:
    """Remove a token of the actor, who types the password. Returns PyPI's message about it."""
    user = actor.user
    require_account(actor, user)
    with changes(index, actor):
        is_right = password and not check_password(index, actor, user, password)
        token = next((token for token in index.tokens.of(user) if token.id == token_id), None)
        if not is_right or token is None:
            return FormErrors(flash="Invalid credentials. Try again")
        remove(index, actor, token_id)
    return f"Deleted API token '{token.description}'."


def adopt(index: Index, actor: Actor, value: str, user: User) -> Token:
    """Accept any text from now on as an account-wide token of that user, which no real index does."""
    require_administrator(actor)
    with changes(index, actor):
        return index.tokens.adopt(value, user)


def remove(index: Index, actor: Actor, token: Token | str) -> None:
    """Remove a token, given as a `Token`, an id or a secret; `NotFound` if the index does not have it.

    A user can remove tokens of the own account only.
    """
    removed = index.tokens.get(token)
    owner = None if removed is None else index.accounts.get(removed.user)
    if owner is not None:
        require_account(actor, owner)
    elif not isinstance(actor, Administrator):  # a token of a trusted publisher
        raise OperationRejected("permission-denied", NO_PERMISSION)
    with changes(index, actor):
        index.tokens.revoke(token)
        if removed is None or owner is None:
            return
        record(index, actor, owner, "account:api_token:removed", macaroon_id=removed.id)
        for project in map(index.projects.get, removed.projects or ()):
            if project is not None:
                facts = {"description": removed.description, "user": owner.name}
                record(index, actor, project, "project:api_token:removed", **facts)


def burn(index: Index, secret: str) -> bool:
    """Remove the token of a trusted publisher that its holder does not need any more; the secret is the permission.

    Return whether it was removed: only a valid token of a trusted publisher can be.
    """
    return index.tokens.burn(secret)
