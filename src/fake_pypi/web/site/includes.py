"""`/_includes/…`: the parts of pages that the real site fetches by script. Here they are in the pages too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.errors import OperationRejected
from fake_pypi.operations.permissions import require_owner
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import page
from fake_pypi.web.site.visitors import SESSION, empty_part

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


def flash_messages(exchange: Exchange) -> Response:
    """Return the messages that no page has shown yet; they are shown once."""
    return page(exchange, "include-flash-messages.html", headers=(SESSION,))


def session_notifications(exchange: Exchange) -> Response:
    """Return the notice about an e-mail address that is not verified."""
    return page(exchange, "include-session-notifications.html", headers=(SESSION,))


def user_menu(exchange: Exchange) -> Response:
    """Return the menu of the visitor."""
    return page(exchange, "include-user-menu.html", headers=(SESSION,))


def edit_project_button(exchange: Exchange, name: str) -> Response:
    """Return the link to the management of a project, for its owners."""
    project = exchange.instance.index.projects.get(name)
    if project is None:
        return not_found(exchange)
    return page(
        exchange,
        "include-edit-project-button.html",
        headers=(SESSION,),
        project=project,
        may_manage=may_manage(exchange, project),
    )


def for_administrators(exchange: Exchange, name: str, *, kind: str) -> Response:
    """Return what administrators of the site see at a project or user (`kind`): nothing, as nobody is one here."""
    index = exchange.instance.index
    found = index.projects.get(name) if kind == "project" else index.accounts.find(name)
    return not_found(exchange) if found is None else empty_part(exchange)


def profile_part(exchange: Exchange, name: str, *, part: str) -> Response:
    """Return a part of a user's page: "callout", "actions" or "public-email"."""
    user = exchange.instance.index.accounts.find(name)
    if user is None:
        return not_found(exchange)
    return page(exchange, f"include-profile-{part}.html", headers=(SESSION,), **profile_parts(exchange, user))


def profile_parts(exchange: Exchange, user: User) -> dict[str, Any]:
    """Return what the parts of a user's page show to the visitor."""
    visitor = exchange.browser.user
    emails = exchange.instance.index.emails.of(user.id) if visitor is not None else []
    return {
        "user": user,
        "is_self": visitor is not None and visitor.id == user.id,
        "public_email": next((email.address for email in emails if email.public), None),
    }


def may_manage(exchange: Exchange, project: ProjectRow) -> bool:
    """Whether the visitor sees the pages of a project for its owners."""
    if exchange.browser.user is None:
        return False
    try:
        require_owner(exchange.instance.index, exchange.browser.actor, project)
    except OperationRejected:
        return False
    return True
