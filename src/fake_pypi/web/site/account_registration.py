"""Create an account, and verify its e-mail address.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.sessions import Session
from fake_pypi.operations import emails
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.registration import REGISTRATION_DISABLED, register
from fake_pypi.web.not_found import not_found
from fake_pypi.web.site.account_history import described_events
from fake_pypi.web.site.form_pages import form_page, form_response, management_page, posted, query_of, safe_target
from fake_pypi.web.site.visitors import see_other

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

PROJECTS, UNVERIFIED = "/manage/projects/", "/manage/unverified-account/"
FIELDS = ("username", "email", "full_name", "new_password", "password_confirm")
CAPTCHA_FIELDS = ("g-recaptcha-response", "h-captcha-response")


@form_page
def registration(exchange: Exchange) -> Response:
    """`/account/register/`: create an account."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    if browser.user is not None:
        return see_other(exchange, PROJECTS)
    if fields.get("confirm_form"):  # a field that people do not see, and programs fill in
        return see_other(exchange, "/")
    if index.flags.enabled("disallow-new-user-registration"):
        browser.flash(REGISTRATION_DISABLED.format(domain=index.site.hosts.index), "error")
        return see_other(exchange, "/")
    values = {name: fields.get(name, "") for name in FIELDS}
    errors = None
    if exchange.method == "POST":
        captcha = next(filter(None, map(fields.get, CAPTCHA_FIELDS)), "")
        result = register(index, browser.visitor, browser.session, **values, captcha=captcha)
        if isinstance(result, Session):
            browser.log_in(result)
            return see_other(exchange, "/")
        errors = result
    has_captcha = index.look_ups.captcha is not None
    return form_response(
        exchange, "register.html", "Create an account", errors=errors, values=values, has_captcha=has_captcha
    )


@management_page(verified_email=False, two_factor=False)
def verify_email(exchange: Exchange) -> Response:
    """`/account/verify-email/`: the link in the e-mail."""
    browser = exchange.browser
    result = emails.verify(exchange.instance.index, browser.actor, query_of(exchange).get("token"))
    if isinstance(result, FormErrors):
        browser.flash(result.flash, "error")
        return see_other(exchange, "/manage/account/")
    browser.flash(result, "success")
    return see_other(exchange, "/manage/account/" if browser.actor.user.two_factor else "/manage/account/two-factor/")


@management_page(verified_email=False, two_factor=False, route_name="manage.unverified-account")
def unverified_account(exchange: Exchange) -> Response:
    """`/manage/unverified-account/`: what a user can do before the primary address is verified."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    user = browser.actor.user
    if user.email == "verified":
        return see_other(exchange, safe_target(exchange, query_of(exchange).get("next"), "/manage/account/"))
    errors = None
    if exchange.method == "POST":
        result = _changed_email(exchange, fields)
        if result is None:
            return not_found(exchange)
        if isinstance(result, str):
            browser.flash(result, "success")
            return see_other(exchange, UNVERIFIED)
        if result.flash and result.flash != emails.NOT_FOUND:
            browser.flash(result.flash, "error")
            return see_other(exchange, UNVERIFIED)
        errors = result
    return form_response(
        exchange,
        "unverified-account.html",
        "Activate your account",
        errors=errors,
        marks_errors=False,
        addresses=index.emails.of(user.id),
        events=described_events(index, user.id),
        email=fields.get("email", ""),
    )


def _changed_email(exchange: Exchange, fields: dict[str, str]) -> str | FormErrors | None:
    index, actor = exchange.instance.index, exchange.browser.actor
    if "reverify_email_id" in fields:
        return emails.resend_verification(index, actor, number(fields["reverify_email_id"]))
    if {"change_unverified_primary_email", "email"} <= fields.keys():
        return emails.correct_unverified(index, actor, fields["email"])
    return None


def number(text: str) -> int:
    """Return the id that a form has sent; -1, which nothing has, if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
