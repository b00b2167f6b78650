"""Views of the pages on which the owners of a project manage it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.errors import OperationRejected
from fake_pypi.index.managed_projects import collaborators_of
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.permissions import require_owner
from fake_pypi.operations.sessions import PASSWORD_AGE, needs_password
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import not_found
from fake_pypi.web.responses import method_not_allowed
from fake_pypi.web.site.form_pages import form_response, management_page
from fake_pypi.web.site.reauthentication import confirm_password_page
from fake_pypi.web.site.visitors import SESSION, see_other

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.sessions import FlashQueue
    from fake_pypi.operations.actor import SignedInUser
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

PERMISSION_REASONS = frozenset(
    {"permission-denied", "not-signed-in", "unverified-email", "no-2fa", "invalid-permission"}
)
"""The reasons of a rejection that are about the actor; what others say is shown on the next page."""


@dataclass(frozen=True)
class ManagedPage:
    """A request for a page of a project, made by one of its owners."""

    exchange: Exchange
    project: ProjectRow

    @property
    def index(self) -> Index:
        """The present state of the index, which permissions and forms are about."""
        return self.exchange.instance.index

    @property
    def actor(self) -> SignedInUser:
        """The owner."""
        return self.exchange.browser.actor

    def address(self, page: str) -> str:
        """Return the path of a page of the project, such as "releases"."""
        return f"/manage/project/{quote(self.project.name, safe=PLAIN)}/{page}/"

    def show(self, template: str, title: str, *, errors: FormErrors | None = None, **values: object) -> Response:
        """Return a page of the project, with the numbers that its menu shows."""
        db = self.index.db
        return form_response(
            self.exchange,
            template,
            title,
            errors=errors,
            marks_errors=False,
            project=self.project,
            release_count=len(self.index.releases.of(self.project)),
            collaborator_count=len(collaborators_of(db, self.project)),
            **values,
        )

    def go_to(self, path: str, message: str = "", queue: FlashQueue = "success") -> Response:
        """Redirect to a page that shows a message, if there is one."""
        if message:
            self.exchange.browser.flash(message, queue)
        return see_other(self.exchange, path)

    def after(self, operation: Callable[[], str | FormErrors | None], path: str, message: str = "") -> Response:
        """Redirect after an operation, with its message or `message`, or with the reason why PyPI rejects it."""
        try:
            result = operation()
        except OperationRejected as rejection:
            if rejection.reason in PERMISSION_REASONS:
                raise
            return self.go_to(path, rejection.message, "error")
        if isinstance(result, FormErrors):
            return self.go_to(path, result.flash, "error")
        return self.go_to(path, result or message)


ManagedView = Callable[..., "Response"]


def project_page(
    route_name: str = "", *, is_only_read: bool = False, is_only_posted: bool = False
) -> Callable[[ManagedView], Callable[..., Response]]:
    """Make a view of a page that the owners of a project see, which takes a `ManagedPage`.

    `route_name`, a key of `reauthentication.PATHS`, is given for pages that need a password confirmed not long ago;
    PyPI asks for it after the permission. A page may take no form (`is_only_read`) or nothing else (`is_only_posted`).
    """

    def decorate(view: ManagedView) -> Callable[..., Response]:
        @management_page(is_only_read=is_only_read)
        def respond(exchange: Exchange, name: str, **arguments: str) -> Response:
            index = exchange.instance.index
            project = index.projects.get(name)
            if project is None:
                return not_found(exchange)
            browser = exchange.browser
            require_owner(index, browser.actor, project)
            if is_only_posted and exchange.method != "POST":
                return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(SESSION)
            if route_name and needs_password(index, browser.session, PASSWORD_AGE):
                return confirm_password_page(exchange, route_name, {"name": name, **arguments})
            return view(ManagedPage(exchange, project), **arguments)

        return respond

    return decorate
