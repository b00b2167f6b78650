"""Security devices (WebAuthn) as second factor: the pages, and the JSON that the script of these pages fetches.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/__init__.py (`ProvisionWebAuthnViews`) and
https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py (`webauthn_authentication_validate`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.sessions import Session
from fake_pypi.operations import security_keys, sessions
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.second_step import SecondStep, second_step
from fake_pypi.web.not_found import not_found
from fake_pypi.web.responses import Response, json_response
from fake_pypi.web.routing import READING
from fake_pypi.web.site.form_pages import form_page, form_response, management_page, posted, safe_target
from fake_pypi.web.site.log_in import second_step_token
from fake_pypi.web.site.two_factor import ACCOUNT, BURN, has_burned_code
from fake_pypi.web.site.visitors import SESSION, see_other

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

SCRIPT = "security-devices.js"
ALREADY_LOGGED_IN = "Already authenticated"


@management_page(two_factor=False)
def provision(exchange: Exchange) -> Response:
    """`/manage/account/webauthn-provision`: name a security device and set it up, with the script of the page."""
    if exchange.method not in READING:
        return not_found(exchange)
    if not has_burned_code(exchange.instance.index, exchange.browser.actor.user):
        return see_other(exchange, BURN)
    return form_response(
        exchange,
        "security-device.html",
        "Set up 2FA with a security device (e.g. USB key)",
        scripts=(SCRIPT,),
        problem=_missing_requirement(exchange),
    )


@management_page(two_factor=False)
def provision_options(exchange: Exchange) -> Response:
    """`/manage/account/webauthn-provision/options`: what the browser needs to register a device, as JSON."""
    if exchange.method not in READING:
        return not_found(exchange)
    if problem := _missing_requirement(exchange):
        return _failure(problem)
    browser = exchange.browser
    options = security_keys.begin(
        exchange.instance.index, browser.actor, browser.session, domain=exchange.origin.hostname
    )
    return _json(options)


@management_page(two_factor=False)
def validate_provision(exchange: Exchange) -> Response:
    """`/manage/account/webauthn-provision/validate`: the name of the device, and the browser's response."""
    fields, browser = posted(exchange), exchange.browser
    if not {"label", "credential"} <= fields.keys():
        return not_found(exchange)
    if problem := _missing_requirement(exchange):
        return _failure(problem)
    result = security_keys.add(
        exchange.instance.index,
        browser.actor,
        browser.session,
        label=fields["label"],
        credential=fields["credential"],
        domain=exchange.origin.hostname,
        origin=str(exchange.origin),
    )
    if isinstance(result, FormErrors):
        return _failure(*(message for messages in result.fields.values() for message in messages))
    browser.flash(result, "success")
    return _json({"success": result})


@management_page(two_factor=False)
def delete(exchange: Exchange) -> Response:
    """`/manage/account/webauthn-provision/delete`: remove the device of that name."""
    fields, browser = posted(exchange), exchange.browser
    if "confirm_device_name" not in fields:
        return not_found(exchange)
    result = security_keys.remove(exchange.instance.index, browser.actor, fields.get("label", ""))
    if isinstance(result, FormErrors):
        browser.flash(result.flash, "error")
    else:
        browser.flash(result, "success")
    return see_other(exchange, ACCOUNT)


@form_page
def authentication_options(exchange: Exchange) -> Response:
    """`/account/webauthn-authenticate/options?TOKEN`: what the browser needs to log in with a device, as JSON."""
    if exchange.method not in READING:
        return not_found(exchange)
    step = _second_step(exchange)
    if isinstance(step, Response):
        return step
    browser = exchange.browser
    options = security_keys.begin_log_in(
        exchange.instance.index, browser.visitor, browser.session, step.user, domain=exchange.origin.hostname
    )
    return _json(options)


@form_page
def validate_authentication(exchange: Exchange) -> Response:
    """`/account/webauthn-authenticate/validate?TOKEN`: log in with the browser's response."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    if "credential" not in fields:
        return not_found(exchange)
    step = _second_step(exchange)
    if isinstance(step, Response):
        return step
    result = security_keys.log_in(
        index,
        browser.visitor,
        browser.session,
        step.user,
        credential=fields["credential"],
        domain=exchange.origin.hostname,
        origin=str(exchange.origin),
    )
    if not isinstance(result, Session):
        return _failure(*result.fields["credential"])
    if fields.get("remember_device"):
        browser.remember_device(sessions.remember_device(index, browser.visitor, step.user, "webauthn"))
    browser.log_in(result)
    return _json({"success": "Successful WebAuthn assertion", "redirect_to": safe_target(exchange, step.next, "/")})


def _second_step(exchange: Exchange) -> SecondStep | Response:
    """Return the log-in that the token in the address stands for, or the response to one that is not valid."""
    browser = exchange.browser
    if browser.user is not None:
        return _failure(ALREADY_LOGGED_IN)
    step = second_step(exchange.instance.index, second_step_token(exchange))
    if isinstance(step, FormErrors):
        browser.flash(step.flash, "error")
        return _failure(step.flash)
    if problem := _missing_requirement(exchange):
        return _failure(problem)
    return step


def _missing_requirement(exchange: Exchange) -> str:
    """Return what keeps security devices from working on this page, or ""."""
    return security_keys.missing_requirement(exchange.instance.index, exchange.origin.hostname)


def _failure(*messages: str) -> Response:
    return _json({"fail": {"errors": list(messages)}})


def _json(value: object) -> Response:
    return json_response(200, value).with_headers(SESSION)
