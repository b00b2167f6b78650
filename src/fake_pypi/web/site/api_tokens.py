"""`/manage/account/token/`: create and remove API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.macaroons import Token
from fake_pypi.index.names import normalized
from fake_pypi.operations import tokens
from fake_pypi.web.site.form_pages import form_response, management_page, posted, query_of, safe_target
from fake_pypi.web.site.visitors import see_other

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


@management_page(route_name="manage.account.token")
def api_token(exchange: Exchange) -> Response:
    """Show the form for a new token, and the token once it is created."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    user, errors = browser.actor.user, None
    if {"confirm_password", "macaroon_id"} <= fields.keys():
        return _remove(exchange, fields)
    values = {name: fields.get(name, "") for name in ("description", "token_scope")}
    if exchange.method == "POST":
        result = tokens.create_named(index, browser.actor, **values)
        if isinstance(result, Token):
            return form_response(exchange, "api-token-created.html", "Create API token", token=result)
        errors = result
    names = [normalized(project.name) for project in index.projects.of(user)]
    selected = query_of(exchange).get("selected_project")
    return form_response(
        exchange,
        "api-token.html",
        "Create API token",
        errors=errors,
        description=values["description"],
        chosen=values["token_scope"] or (f"scope:project:{selected}" if selected in names else "scope:unspecified"),
        scopes=[
            ("scope:unspecified", "Select scope...", True),
            ("scope:user", "Entire account (all projects)", False),
            *((f"scope:project:{name}", f"Project: {name}", False) for name in names),
        ],
    )


def _remove(exchange: Exchange, fields: dict[str, str]) -> Response:
    """Remove a token, and go back to the page with its dialog."""
    browser = exchange.browser
    result = tokens.remove_confirmed(
        exchange.instance.index, browser.actor, fields["macaroon_id"], password=fields["confirm_password"]
    )
    if isinstance(result, str):
        browser.flash(result, "success")
    else:
        browser.flash(result.flash, "error")
    referrer = str(exchange.environ.get("HTTP_REFERER", ""))
    return see_other(exchange, safe_target(exchange, referrer, "/manage/account/"))
