"""Set up two-factor authentication: recovery codes, and an authentication application (TOTP).

The pages for security devices are in `security_devices.py`.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/__init__.py
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from fake_pypi.index.second_factors import totp_uri
from fake_pypi.operations import second_factors
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import page
from fake_pypi.web.site.form_pages import form_response, management_page, posted
from fake_pypi.web.site.visitors import SESSION, see_other

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

ACCOUNT, TWO_FACTOR, BURN = "/manage/account/", "/manage/account/two-factor/", "/manage/account/recovery-codes/burn"
RECENT = 10
"""The seconds for which a confirmed password allows to generate recovery codes."""


@management_page(two_factor=False, route_name="manage.account.two-factor")
def methods(exchange: Exchange) -> Response:
    """`/manage/account/two-factor/`: the second factors and recovery codes of the account."""
    index, user = exchange.instance.index, exchange.browser.actor.user
    return form_response(
        exchange,
        "two-factor-methods.html",
        "Account settings",
        has_totp=index.second_factors.totp_secret(user.id) is not None,
        recovery_codes=index.second_factors.recovery_codes(user.id),
        security_keys=index.second_factors.security_keys(user.id),
    )


@management_page(two_factor=False)
def provision_totp(exchange: Exchange) -> Response:
    """`/manage/account/totp-provision`: set up an authentication application, or remove it."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    user = browser.actor.user
    if "confirm_password" in fields:
        result = second_factors.remove_totp(index, browser.actor, fields["confirm_password"])
        if isinstance(result, str):
            browser.flash(result, "success")
        else:
            browser.flash(result.flash, "error")
        return see_other(exchange, ACCOUNT)
    if not has_burned_code(index, user):
        return see_other(exchange, BURN)
    errors = None
    if exchange.method == "POST":
        if "totp_value" not in fields:
            return not_found(exchange)
        outcome = second_factors.enable_totp(index, browser.actor, browser.session, fields["totp_value"])
        if isinstance(outcome, str):
            browser.flash(outcome, "success")
            return see_other(exchange, ACCOUNT)
        errors = outcome
    secret = second_factors.begin_totp(index, browser.actor, browser.session)
    return form_response(
        exchange,
        "totp-provision.html",
        "Set up 2FA with an authentication application (TOTP)",
        errors=errors,
        qr_code=_qr_code(totp_uri(secret, user.name, index.site.title)),
        key=base64.b32encode(secret).decode("ascii"),
    )


@management_page(two_factor=False, route_name="manage.account.recovery-codes.generate", password_age=RECENT)
def generate_recovery_codes(exchange: Exchange) -> Response:
    """`/manage/account/recovery-codes/generate`: the first recovery codes of the account, shown once."""
    return _recovery_codes(exchange, replace=False)


@management_page(two_factor=False, route_name="manage.account.recovery-codes.regenerate", password_age=RECENT)
def regenerate_recovery_codes(exchange: Exchange) -> Response:
    """`/manage/account/recovery-codes/regenerate`: new recovery codes in place of the earlier ones."""
    return _recovery_codes(exchange, replace=True)


def _recovery_codes(exchange: Exchange, *, replace: bool) -> Response:
    result = second_factors.generate_recovery_codes(exchange.instance.index, exchange.browser.actor, replace=replace)
    codes = [] if isinstance(result, FormErrors) else result
    return page(exchange, "recovery-codes.html", headers=(SESSION,), page_title="Account recovery codes", codes=codes)


@management_page(two_factor=False)
def burn_recovery_code(exchange: Exchange) -> Response:
    """`/manage/account/recovery-codes/burn`: use up a code, which shows that the codes were stored."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    user = browser.actor.user
    if not index.second_factors.recovery_codes(user.id):
        return see_other(exchange, ACCOUNT)
    if has_burned_code(index, user):
        return see_other(exchange, TWO_FACTOR)
    errors = None
    if exchange.method == "POST":
        result = second_factors.burn_recovery_code(index, browser.actor, fields.get("recovery_code_value", ""))
        if isinstance(result, str):
            browser.flash(result, "success")
            return see_other(exchange, TWO_FACTOR)
        errors = result
    return form_response(exchange, "burn-recovery-code.html", "Use a recovery code", errors=errors, marks_errors=False)


def has_burned_code(index: Index, user: User) -> bool:
    """Return whether the user has used up a recovery code, which PyPI requires before a second factor."""
    return any(code.used is not None for code in index.second_factors.recovery_codes(user.id))


def _qr_code(text: str) -> str:
    import segno

    return str(segno.make(text, micro=False).svg_inline(scale=5, border=4))
