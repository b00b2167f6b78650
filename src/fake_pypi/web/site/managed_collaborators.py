"""The collaborators of a project: invite users, change and remove their roles."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, get_args

from fake_pypi.index.managed_projects import collaborators_of, role_id
from fake_pypi.index.projects import Role
from fake_pypi.operations import invitations, roles
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.web.routing import READING
from fake_pypi.web.site.form_pages import posted
from fake_pypi.web.site.managed import ManagedPage, project_page

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.web.responses import Response

NO_ROLE = "Could not find role"


class ListedInvitation(NamedTuple):
    """An invitation in the list of collaborators."""

    user: User
    is_expired: bool


@project_page("manage.project.roles")
def collaborators(page: ManagedPage) -> Response:
    """Return the list, or invite a user."""
    form = posted(page.exchange)
    values = {name: form.get(name, "") for name in ("username", "role_name")}
    if page.exchange.method in READING:
        return _list(page, values)
    result = invitations.invite(page.index, page.actor, page.project, **values)
    if isinstance(result, FormErrors):
        if result.fields:
            return _list(page, values, result)
        return page.go_to(page.address("collaboration"), result.flash, "error")
    return page.go_to(page.address("collaboration"), result)


def _list(page: ManagedPage, values: dict[str, str], errors: FormErrors | None = None) -> Response:
    return page.show(
        "manage/collaborators.html",
        f"Manage '{page.project.name}' collaborators",
        errors=errors,
        collaborators=collaborators_of(page.index.db, page.project),
        invitations=_invitations(page),
        values=values,
    )


@project_page(is_only_posted=True)
def revoke_invitation(page: ManagedPage) -> Response:
    """Withdraw an invitation."""
    user_id = posted(page.exchange).get("user_id", "")
    revoke = partial(invitations.revoke, page.index, page.actor, page.project, user_id)
    return page.after(revoke, page.address("collaboration"))


@project_page("manage.project.change_role", is_only_posted=True)
def change_role(page: ManagedPage) -> Response:
    """Change the role of a collaborator. What is no role changes nothing, without a message."""
    form = posted(page.exchange)
    name = form.get("role_name", "")
    if name not in get_args(Role):
        return page.go_to(page.address("collaboration"))
    user = _user_with(page, form.get("role_id", ""))
    if user is None:
        return page.go_to(page.address("collaboration"), NO_ROLE, "error")
    role: Role = "Owner" if name == "Owner" else "Maintainer"
    change = partial(roles.change, page.index, page.actor, page.project.name, user, role)
    return page.after(change, page.address("collaboration"), "Changed role")


@project_page("manage.project.delete_role", is_only_posted=True)
def remove_role(page: ManagedPage) -> Response:
    """Remove a collaborator; who removes the own role sees the list of projects next."""
    user = _user_with(page, posted(page.exchange).get("role_id", ""))
    if user is None:
        return page.go_to(page.address("collaboration"), NO_ROLE, "error")
    remove = partial(roles.remove, page.index, page.actor, page.project.name, user)
    response = page.after(remove, page.address("collaboration"), "Removed collaborator")
    is_gone = page.index.projects.role_of(page.project, page.actor.user) is None
    return page.go_to("/manage/projects/") if is_gone else response


def _user_with(page: ManagedPage, id: str) -> User | None:
    """Return the user whose role in the project has that id, or None."""
    names = [name for name, _ in page.index.projects.roles(page.project)]
    users = [page.index.accounts[name] for name in names]
    return next((user for user in users if role_id(page.project.id, user.id) == id), None)


def _invitations(page: ManagedPage) -> list[ListedInvitation]:
    listed = []
    for each in page.index.invitations.to_project(page.project.id):
        user = page.index.accounts.by_id(each.user_id)
        if user is not None:
            listed.append(ListedInvitation(user, not invitations.is_open(page.index, each)))
    return listed
