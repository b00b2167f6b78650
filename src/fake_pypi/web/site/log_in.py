"""Log in, with a second factor, and out; and confirm a log-in or a password.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from fake_pypi.index.sessions import Session
from fake_pypi.operations import second_step, security_keys, sessions
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.web.not_found import not_found, query_again
from fake_pypi.web.rendering import page
from fake_pypi.web.site.form_pages import form_page, form_response, management_page, posted, query_of, safe_target
from fake_pypi.web.site.reauthentication import next_path
from fake_pypi.web.site.visitors import SESSION, see_other

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.operations.sessions import Method
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

PROJECTS, LOG_IN = "/manage/projects/", "/account/login/"


@form_page
def log_in(exchange: Exchange) -> Response:
    """`/account/login/`: user name and password."""
    browser, fields = exchange.browser, posted(exchange)
    if browser.user is not None:
        return see_other(exchange, PROJECTS)
    chosen = fields.get("next") or query_of(exchange).get("next") or ""
    errors = None
    if exchange.method == "POST":
        result = sessions.log_in(
            exchange.instance.index,
            browser.visitor,
            browser.session,
            username=fields.get("username", ""),
            password=fields.get("password", ""),
            next=safe_target(exchange, chosen, ""),
            remembered_device=browser.remembered_device,
        )
        if isinstance(result, sessions.SecondFactorNeeded):
            return see_other(exchange, f"/account/two-factor/?{result.token}")
        if isinstance(result, Session):
            browser.log_in(result)
            return see_other(exchange, safe_target(exchange, chosen, PROJECTS))
        errors = result
    return form_response(
        exchange,
        "log-in.html",
        "Log in",
        errors=errors,
        action=exchange.path + query_again(exchange),
        next=chosen,
        username=fields.get("username", ""),
    )


@form_page
def two_factor(exchange: Exchange) -> Response:
    """`/account/two-factor/?TOKEN`: the second step, with a code or (`security_devices.py`) a security device."""
    return _second_step(exchange, "totp")


@form_page
def recovery_code(exchange: Exchange) -> Response:
    """`/account/recovery-code/?TOKEN`: the second step, with a recovery code."""
    return _second_step(exchange, "recovery-code")


def _second_step(exchange: Exchange, method: Method) -> Response:
    browser = exchange.browser
    if browser.user is not None:
        return see_other(exchange, PROJECTS)
    step = second_step.second_step(exchange.instance.index, second_step_token(exchange))
    if isinstance(step, FormErrors):
        browser.flash(step.flash, "error")
        return see_other(exchange, LOG_IN)
    result = _use_code(exchange, step.user, method) if exchange.method == "POST" else None
    if isinstance(result, second_step.DeviceNotRecognized):
        return see_other(exchange, "/account/confirm-login/")
    if isinstance(result, Session):
        if posted(exchange).get("remember_device"):
            browser.remember_device(
                sessions.remember_device(exchange.instance.index, browser.visitor, step.user, method)
            )
        browser.log_in(result)
        return see_other(exchange, safe_target(exchange, step.next, "/"))
    return _second_step_page(exchange, step.user, method, result)


def _use_code(exchange: Exchange, user: User, method: Method) -> Session | second_step.DeviceNotRecognized | FormErrors:
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    if method == "totp":
        return second_step.use_totp(index, browser.visitor, browser.session, user, fields.get("totp_value", ""))
    code = fields.get("recovery_code_value", "")
    return second_step.use_recovery_code(index, browser.visitor, browser.session, user, code)


def _second_step_page(exchange: Exchange, user: User, method: Method, errors: FormErrors | None) -> Response:
    index, factors = exchange.instance.index, exchange.instance.index.second_factors
    template, title = {
        "totp": ("two-factor.html", "Two-factor authentication"),
        "recovery-code": ("recovery-code.html", "Recovery codes"),
    }[method]
    has_security_keys = bool(factors.security_keys(user.id))
    return form_response(
        exchange,
        template,
        title,
        errors=errors,
        token=second_step_token(exchange),
        has_security_keys=has_security_keys,
        scripts=("security-devices.js",) if has_security_keys else (),
        problem=security_keys.missing_requirement(index, exchange.origin.hostname) if has_security_keys else "",
        has_totp=factors.totp_secret(user.id) is not None,
        has_recovery_codes=bool(factors.recovery_codes(user.id)),
    )


def second_step_token(exchange: Exchange) -> str:
    """Return the token of the second step, which is the whole query of an address; forms add "=" to it."""
    return unquote(str(exchange.environ.get("QUERY_STRING", ""))).removesuffix("=")


def confirm_log_in(exchange: Exchange) -> Response:
    """`/account/confirm-login/`: a log-in from a device that the user has not logged in from before."""
    browser, query = exchange.browser, query_of(exchange)
    if browser.user is not None:
        return see_other(exchange, PROJECTS)
    if "token" not in query:
        return page(exchange, "confirm-log-in.html", headers=(SESSION,), page_title="Unrecognized device")
    result = second_step.confirm_log_in(exchange.instance.index, browser.visitor, browser.session, query["token"])
    if isinstance(result, FormErrors):
        browser.flash(result.flash, "error")
        return see_other(exchange, LOG_IN)
    browser.log_in(result)
    browser.flash(second_step.LOGIN_CONFIRMED, "success")
    return see_other(exchange, PROJECTS)


@form_page
def log_out(exchange: Exchange) -> Response:
    """`/account/logout/`: end the session."""
    browser = exchange.browser
    target = safe_target(exchange, posted(exchange).get("next") or query_of(exchange).get("next"), "/")
    if browser.user is None:
        return see_other(exchange, target)
    if exchange.method == "POST":
        sessions.log_out(exchange.instance.index, browser.actor, browser.session)
        browser.log_out()
        return see_other(exchange, target)
    return form_response(exchange, "log-out.html", "Log out", next=target)


@management_page(verified_email=False, two_factor=False)
def reauthenticate(exchange: Exchange) -> Response:
    """`/account/reauthenticate/`: the form of the page that requires the password again."""
    browser, fields = exchange.browser, posted(exchange)
    target = next_path(fields)
    if target is None:
        return not_found(exchange)
    sessions.reauthenticate(exchange.instance.index, browser.actor, browser.session, fields.get("password", ""))
    return see_other(exchange, target)
