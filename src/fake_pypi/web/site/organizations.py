"""`/manage/organizations/`: the organizations of a user, and the form that requests a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.operations import organization_requests
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.web.not_found import not_found
from fake_pypi.web.routing import READING
from fake_pypi.web.site.form_pages import form_response, management_page, posted
from fake_pypi.web.site.visitors import see_other

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

PATH = "/manage/organizations/"


@management_page()
def organizations(exchange: Exchange) -> Response:
    """Return the list, as far as projects belong to organizations, or check a request."""
    index, actor = exchange.instance.index, exchange.browser.actor
    form = posted(exchange)
    errors = None
    if exchange.method not in READING:
        if not form.keys() >= set(organization_requests.REQUIRED_PARAMETERS):
            return not_found(exchange)
        result = organization_requests.request_organization(index, actor, form)
        if not isinstance(result, FormErrors):
            exchange.browser.flash(result, "success")
            return see_other(exchange, PATH)
        errors = result
    return form_response(
        exchange,
        "manage/organizations.html",
        "Your organizations",
        errors=errors,
        marks_errors=False,
        organizations=index.projects.organizations_of(actor.user),
        values={name: form.get(name, "") for name in organization_requests.FIELDS},
        sizes=[("", ""), *((size, size) for size in organization_requests.SIZES)],
        types=[(name, name) for name in organization_requests.TYPES],
    )
