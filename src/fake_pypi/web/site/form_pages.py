"""Pages with forms: what a request has to have before its view is called, and the fields that it sends.

The checks are those of the real site, in its order: method, log-in, e-mail address, second factor, CSRF token, fields
that occur twice, and a password that was confirmed not long ago.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from fake_pypi.errors import OperationRejected
from fake_pypi.operations.permissions import NO_TWO_FACTOR, UNVERIFIED_EMAIL
from fake_pypi.operations.sessions import PASSWORD_AGE, needs_password
from fake_pypi.web.rendering import error_page, page
from fake_pypi.web.responses import Response, method_not_allowed, response
from fake_pypi.web.routing import READING
from fake_pypi.web.site.reauthentication import confirm_password_page
from fake_pypi.web.site.visitors import SESSION, log_in_first, own_path, see_other

if TYPE_CHECKING:
    from fake_pypi.operations.account_forms import FormErrors
    from fake_pypi.web.exchange import Exchange

View = Callable[..., Response]

BAD_TOKEN = (
    "Bad CSRF token received. Access is denied. This server can not verify that your cross-site request forgery token "  # noqa: S105 - a message
    "belongs to your login session. Either you supplied the wrong cross-site request forgery token or your session no "
    "longer exists. This may be due to session timeout or because browser is not supplying the credentials required, "
    "as can happen when the browser has cookies turned off."
)
BAD_ORIGIN = (
    "Bad CSRF Origin. Access is denied. This server can not verify that the origin or referrer of your request matches "
    "the current site. Either your browser supplied the wrong Origin or Referrer or it did not supply one at all."
)
TOO_MANY = {
    "too-many-emails": "Too Many Requests",
    "too-many-codes": "Too Many Failed Login Attempts",
    "too-many-password-resets": "Too Many Requests",
    "too-many-registrations": "Too Many Requests",
}
"""The reasons for which PyPI answers 429, with the status line of each."""


def form_page(view: View) -> View:
    """Make a view of a page with a form that visitors may send."""

    @wraps(view)
    def respond(exchange: Exchange, **arguments: str) -> Response:
        return _rejected_form(exchange) or _respond(view, exchange, arguments)

    return respond


def management_page(
    *,
    verified_email: bool = True,
    two_factor: bool = True,
    is_only_read: bool = False,
    route_name: str = "",
    password_age: float = PASSWORD_AGE,
) -> Callable[[View], View]:
    """Make a view of a page behind the log-in.

    It needs a verified primary address (`verified_email`) and a second factor (`two_factor`). A page that is
    `is_only_read` takes no form. `route_name` is PyPI's name of the page, such as "manage.account" (a key of
    `reauthentication.PATHS`); it is given for pages that need a password confirmed in the last `password_age` seconds.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def respond(exchange: Exchange, **arguments: str) -> Response:
            if is_only_read and exchange.method not in READING:
                return method_not_allowed(exchange.method, ", ".join(READING), exchange.accept).with_headers(SESSION)
            rejection = _gate(exchange, verified_email=verified_email, two_factor=two_factor)
            rejection = rejection or _rejected_form(exchange)
            if rejection is not None:
                return rejection
            browser = exchange.browser
            if route_name and needs_password(exchange.instance.index, browser.session, password_age):
                return confirm_password_page(exchange, route_name, arguments)
            return _respond(view, exchange, arguments)

        return respond

    return decorate


def _gate(exchange: Exchange, *, verified_email: bool, two_factor: bool) -> Response | None:
    """Return where the real site sends a user who may not see the page yet, or None."""
    browser = exchange.browser
    if browser.user is None:
        return log_in_first(exchange)
    if verified_email and browser.user.email != "verified":
        browser.flash(UNVERIFIED_EMAIL, "error")
        return see_other(exchange, f"/manage/unverified-account/?next={quote(own_path(exchange), safe='')}")
    if two_factor and not browser.user.two_factor:
        browser.flash(NO_TWO_FACTOR, "error")
        return see_other(exchange, f"/manage/account/two-factor/?next={quote(own_path(exchange), safe='')}")
    return None


def _rejected_form(exchange: Exchange) -> Response | None:
    """Reject a form of another site, or with a field that occurs twice."""
    if exchange.method in READING:
        return None
    if exchange.origin.scheme == "https" and not _is_from_here(exchange):
        return response(400, "", exchange.accept, explanation=BAD_ORIGIN)
    form = exchange.received_form().form
    sent = form.get("csrf_token") or str(exchange.environ.get("HTTP_X_CSRFTOKEN", ""))
    if not hmac.compare_digest(sent.encode("utf-8", "replace"), exchange.browser.csrf_token.encode("ascii")):
        return response(400, "", exchange.accept, explanation=BAD_TOKEN)
    if any(count > 1 for count in Counter(name for name, _ in form.fields).values()):
        url = f"{exchange.origin}{exchange.target}"
        return response(400, "", exchange.accept, detail=f"POST body may not contain duplicate keys (URL: {url!r})")
    return None


def _is_from_here(exchange: Exchange) -> bool:
    sender = str(exchange.environ.get("HTTP_ORIGIN") or exchange.environ.get("HTTP_REFERER") or "")
    try:
        parts = urlsplit(sender)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc.removesuffix(":443")) == ("https", exchange.origin.host.removesuffix(":443"))


def _respond(view: View, exchange: Exchange, arguments: dict[str, str]) -> Response:
    try:
        return view(exchange, **arguments)
    except OperationRejected as rejection:
        title = TOO_MANY.get(rejection.reason)
        if title is None:
            return error_page(exchange, 403)
        return response(429, title, exchange.accept, detail=rejection.message)


def posted(exchange: Exchange) -> dict[str, str]:
    """Return the text fields of the form that was sent; nothing for a request that only reads."""
    if exchange.method in READING:
        return {}
    return {name: value for name, value in exchange.received_form().form.fields if isinstance(value, str)}


def query_of(exchange: Exchange) -> dict[str, str]:
    """Return the parameters in the address."""
    return dict(parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True))


def form_response(
    exchange: Exchange,
    template: str,
    title: str,
    *,
    errors: FormErrors | None = None,
    marks_errors: bool = True,
    **values: Any,
) -> Response:
    """Return a page with forms, which finds `errors` by field.

    A message about the whole form is shown above it. With `marks_errors` the title says that there are errors.
    """
    if errors is not None and errors.flash:
        exchange.browser.flash(errors.flash, "error")
    fields = {} if errors is None else errors.fields
    whole_title = f"Error processing form – {title}" if fields and marks_errors else title  # noqa: RUF001 - PyPI's dash
    return page(exchange, template, headers=(SESSION,), page_title=whole_title, errors=fields, **values)


def safe_target(exchange: Exchange, target: str | None, default: str) -> str:
    """Return a target that the visitor has chosen if it is on this site, else the default.

    A browser reads backslashes as slashes and leaves control characters out.
    """
    if not target or any(ord(character) <= 0x20 for character in target) or "\\" in target:
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    if not parts.scheme and not parts.netloc:
        return target if target.startswith("/") and not target.startswith("//") else default
    is_here = parts.scheme in {"http", "https"} and parts.netloc == exchange.origin.host
    return target if is_here else default
