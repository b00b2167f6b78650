"""`/manage/account/`: the details, addresses and password of an account, its tokens, its history, and its end.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/__init__.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fake_pypi.operations import emails, passwords
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.registration import delete_account
from fake_pypi.web.not_found import not_found
from fake_pypi.web.site.account_history import described_events
from fake_pypi.web.site.account_registration import number
from fake_pypi.web.site.form_pages import form_response, management_page, posted
from fake_pypi.web.site.visitors import see_other

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.web.browser import Browser
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

PATH = "/manage/account/"
Operation = Callable[["Index", "Browser", dict[str, str]], "str | FormErrors"]


@management_page(two_factor=False, route_name="manage.account")
def account(exchange: Exchange) -> Response:
    """Show the settings, or carry out one of the forms, which differ in their fields."""
    index, browser, fields = exchange.instance.index, exchange.browser, posted(exchange)
    errors = None
    if exchange.method == "POST":
        if "confirm_password" in fields:
            errors = delete_account(index, browser.actor, fields["confirm_password"])
            if errors is None:
                browser.log_out()
                return see_other(exchange, "/")
        else:
            result = _changed(exchange, fields)
            if result is None:
                return not_found(exchange)
            if isinstance(result, str):
                browser.flash(result, "success")
                return see_other(exchange, PATH)
            if "reverify_email_id" in fields and result.flash != emails.NOT_FOUND:
                browser.flash(result.flash, "error")
                return see_other(exchange, PATH)
            errors = result
    return _settings(exchange, fields, errors)


def _changed(exchange: Exchange, fields: dict[str, str]) -> str | FormErrors | None:
    """Carry out the operation of a form; return None if it is none of the page's."""
    operation = next((operation for names, operation in FORMS if set(names) <= fields.keys()), None)
    return None if operation is None else operation(exchange.instance.index, exchange.browser, fields)


def _save_details(index: Index, browser: Browser, fields: dict[str, str]) -> str | FormErrors:
    return emails.save_details(index, browser.actor, name=fields["name"], public_email=fields["public_email"])


def _change_password(index: Index, browser: Browser, fields: dict[str, str]) -> str | FormErrors:
    values = {name: fields[name] for name in ("password", "new_password", "password_confirm")}
    return passwords.change(index, browser.actor, browser.session, **values)


def _remove_email(index: Index, browser: Browser, fields: dict[str, str]) -> str | FormErrors:
    return emails.remove(index, browser.actor, number(fields["delete_email_id"]))


def _make_primary(index: Index, browser: Browser, fields: dict[str, str]) -> str | FormErrors:
    return emails.make_primary(index, browser.actor, number(fields["primary_email_id"]))


def _resend_verification(index: Index, browser: Browser, fields: dict[str, str]) -> str | FormErrors:
    return emails.resend_verification(index, browser.actor, number(fields["reverify_email_id"]))


def _add_email(index: Index, browser: Browser, fields: dict[str, str]) -> str | FormErrors:
    return emails.add(index, browser.actor, fields["email"])


FORMS: tuple[tuple[tuple[str, ...], Operation], ...] = (
    (("name", "public_email"), _save_details),
    (("password", "new_password", "password_confirm"), _change_password),
    (("delete_email_id",), _remove_email),
    (("primary_email_id",), _make_primary),
    (("reverify_email_id",), _resend_verification),
    (("email",), _add_email),
)
"""The forms of the page: their fields, and what each of them does."""


def _settings(exchange: Exchange, fields: dict[str, str], errors: FormErrors | None) -> Response:
    index, user = exchange.instance.index, exchange.browser.actor.user
    addresses = index.emails.of(user.id)
    public = next((address.address for address in addresses if address.public), "")
    return form_response(
        exchange,
        "account-settings.html",
        "Account settings",
        errors=errors,
        user=user,
        addresses=addresses,
        name=fields.get("name", user.full_name),
        public_email=fields.get("public_email", public),
        email=fields.get("email", ""),
        has_totp=index.second_factors.totp_secret(user.id) is not None,
        recovery_codes=index.second_factors.recovery_codes(user.id),
        security_keys=index.second_factors.security_keys(user.id),
        tokens=index.tokens.of(user),
        sole_projects=index.projects.owned_alone_by(user),
        events=described_events(index, user.id),
    )
