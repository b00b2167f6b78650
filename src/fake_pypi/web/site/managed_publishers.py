"""The trusted publishers of a project, and the pending ones of a user."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.managed_projects import projects_with_publishers
from fake_pypi.index.trusted import KINDS
from fake_pypi.operations import publisher_registration as registration
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.publisher_forms import FIELDS
from fake_pypi.operations.publishers import require_enabled
from fake_pypi.web.not_found import not_found
from fake_pypi.web.routing import READING
from fake_pypi.web.site.form_pages import TOO_MANY, form_response, management_page, posted, query_of
from fake_pypi.web.site.managed import PERMISSION_REASONS, ManagedPage, project_page
from fake_pypi.web.site.visitors import see_other

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

PENDING = "/manage/account/publishing/"
TITLE = "Trusted Publisher Management"
REMOVE, CONSTRAIN = ("publisher_id",), ("constrained_publisher_id", "constrained_environment_name")


@project_page("manage.project.settings.publishing")
def publishers(page: ManagedPage) -> Response:
    """Return the publishers of a project, or carry out one of the forms, which have different fields.

    The parameters `provider` and the names of fields fill in a form.
    """
    if page.exchange.method in READING:
        query = query_of(page.exchange)
        kind = query.get("provider", "").lower()
        errors = _rejection(lambda: require_enabled(page.index, page.actor))
        return _publishers(page, kind if kind in KINDS else "", query, errors)
    form = posted(page.exchange)
    index, actor, project = page.index, page.actor, page.project
    kind = _kind_of(form)
    if _has(form, CONSTRAIN):
        publisher_id, environment = (form[name] for name in CONSTRAIN)
        result = _result(lambda: registration.constrain(index, actor, project, publisher_id, environment))
    elif kind:
        result = _result(lambda: registration.register(index, actor, project, kind, form))
    elif _has(form, REMOVE):
        result = _result(lambda: registration.remove(index, actor, project, form["publisher_id"]))
    else:
        return not_found(page.exchange)
    if isinstance(result, FormErrors):
        return _publishers(page, kind, form, result)
    return page.go_to(page.address("settings/publishing"), result)


@management_page(route_name="manage.account.publishing")
def pending_publishers(exchange: Exchange) -> Response:
    """Return the pending publishers of a user, or carry out one of the forms."""
    index, browser = exchange.instance.index, exchange.browser
    actor = browser.actor
    if exchange.method in READING:
        query = query_of(exchange)
        kind = query.get("provider", "").lower()
        errors = _rejection(lambda: require_enabled(index, actor))
        return _pending(exchange, kind if kind in KINDS else "", query, errors)
    form = posted(exchange)
    kind = _kind_of(form) if "project_name" in form else ""
    if kind:
        result = _result(lambda: registration.register_pending(index, actor, kind, form))
    elif _has(form, REMOVE):
        result = _result(lambda: registration.remove_pending(index, actor, form["publisher_id"]))
    else:
        return not_found(exchange)
    if isinstance(result, FormErrors):
        return _pending(exchange, kind, form, result)
    browser.flash(result, "success")
    return see_other(exchange, PENDING)


def _publishers(page: ManagedPage, kind: str, values: dict[str, str], errors: FormErrors | None) -> Response:
    return page.show(
        "manage/project-publishing.html",
        TITLE,
        errors=errors,
        kinds=KINDS,
        publishers=page.index.publishers.of(page.project),
        sent_kind=kind,
        values=values,
        address=page.address("settings/publishing"),
    )


def _pending(exchange: Exchange, kind: str, values: dict[str, str], errors: FormErrors | None) -> Response:
    index, user = exchange.instance.index, exchange.browser.actor.user
    return form_response(
        exchange,
        "manage/pending-publishers.html",
        TITLE,
        errors=errors,
        marks_errors=False,
        kinds=KINDS,
        projects=projects_with_publishers(index.db, user.id),
        pending=index.publishers.pending_of(user),
        sent_kind=kind,
        values=values,
    )


def _kind_of(form: dict[str, str]) -> str:
    """Return the kind whose form was sent, "" if it was none."""
    return next((kind for kind, fields in FIELDS.items() if _has(form, fields)), "")


def _has(form: dict[str, str], names: tuple[str, ...]) -> bool:
    return all(name in form for name in names)


def _result(operation: Callable[[], str | FormErrors]) -> str | FormErrors:
    """Carry out an operation; a rejection that is not about the permission or a limit becomes a message of the page."""
    try:
        return operation()
    except OperationRejected as rejection:
        if rejection.reason in PERMISSION_REASONS or rejection.reason in TOO_MANY:
            raise
        return FormErrors(flash=rejection.message)


def _rejection(operation: Callable[[], None]) -> FormErrors | None:
    try:
        operation()
    except OperationRejected as rejection:
        return FormErrors(flash=rejection.message)
    return None
