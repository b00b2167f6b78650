"""Reset a forgotten password.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.operations import passwords
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.web.site.form_pages import form_page, form_response, posted, query_of
from fake_pypi.web.site.visitors import own_path, see_other

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


@form_page
def request_password_reset(exchange: Exchange) -> Response:
    """`/account/request-password-reset/`: send the link. The page does not show whether there is such a user."""
    browser = exchange.browser
    if browser.user is not None:
        return see_other(exchange, "/")
    who, errors = posted(exchange).get("username_or_email", ""), None
    if exchange.method == "POST":
        errors = passwords.request_reset(exchange.instance.index, browser.visitor, who)
    is_sent = exchange.method == "POST" and errors is None
    return form_response(
        exchange, "request-password-reset.html", "Password reset", errors=errors, is_sent=is_sent, username_or_email=who
    )


@form_page
def reset_password(exchange: Exchange) -> Response:
    """`/account/reset-password/`: the link in the e-mail."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    if browser.user is not None:
        return see_other(exchange, "/")
    token = query_of(exchange).get("token") or fields.get("token")
    user = passwords.user_of_reset(index, token)
    errors = user if isinstance(user, FormErrors) else None
    if errors is None and exchange.method == "POST":
        result = passwords.reset(
            index,
            browser.visitor,
            token,
            new_password=fields.get("new_password", ""),
            password_confirm=fields.get("password_confirm", ""),
        )
        if isinstance(result, str):
            browser.flash(result, "success")
            return see_other(exchange, "/account/login/")
        errors = result
    if errors is not None and errors.flash:
        browser.flash(errors.flash, "error")
        return see_other(exchange, "/account/request-password-reset/")
    return form_response(
        exchange, "reset-password.html", "Reset your password", errors=errors, action=own_path(exchange)
    )
