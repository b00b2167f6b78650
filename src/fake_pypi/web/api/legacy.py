"""The upload address `/legacy/`, its old name `/pypi`, and the responses to wrong requests there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fake_pypi.errors import CloseConnection
from fake_pypi.inspection.part_headers import FormProblem
from fake_pypi.operations.uploading import UploadResult, upload
from fake_pypi.operations.users import sender_by_password
from fake_pypi.reference_data import classifiers
from fake_pypi.rules.form_encoding import FormBreaksPyPI, InvalidFormData
from fake_pypi.rules.upload import Form
from fake_pypi.web import rendering
from fake_pypi.web.api import xmlrpc
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import moved_to, with_slash
from fake_pypi.web.recording.recorded_request import RejectedUpload
from fake_pypi.web.responses import (
    Header,
    Response,
    front_failure,
    method_not_allowed,
    redirect,
    response,
    tls_required,
)

if TYPE_CHECKING:
    from fake_pypi.operations.uploading import Quota
    from fake_pypi.web.exchange import Exchange

WITHOUT_SLASH = "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"
NO_REGISTRATION = "Project pre-registration is no longer required or supported, upload your files instead."
GONE = {
    "submit": NO_REGISTRATION,
    "submit_pkg_info": NO_REGISTRATION,
    "doc_upload": "Uploading documentation is no longer supported, we recommend using https://readthedocs.org/.",
}
READING = ("GET", "HEAD", "OPTIONS")
READ_ACTIONS = ("list_classifiers", "browse", "doap", "rss", "packages_rss", "display", "files")
FEEDS = {"rss": "/rss/updates.xml", "packages_rss": "/rss/packages.xml"}
PAGE: Header = ("Vary", "PyPI-Locale, Accept-Encoding")
SENDER: Header = ("Vary", "PyPI-Locale, Cookie")
NOT_PERSONAL: Header = ("Vary", "Accept-Encoding")


def upload_address(exchange: Exchange) -> Response:
    """Respond at `/legacy/`, by the field `:action` of the form or the query.

    "file_upload" is an upload, actions that PyPI has removed are 410, and without an action there is a page.
    """
    form = _form(exchange)
    if isinstance(form, Response):
        return form
    action = _action(exchange, form)
    if action == "file_upload":
        return _upload(exchange, form)
    return _gone(exchange, form, GONE[action]) if action in GONE else page(exchange)


def without_slash(exchange: Exchange) -> Response:
    """Respond at `/legacy`, a frequent typing error: PyPI redirects it, unless the form repeats a field."""
    if exchange.method != "POST":
        return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(NOT_PERSONAL)
    form = _form(exchange)
    if isinstance(form, Response):
        return form
    if repeated := _repeated(exchange, form):
        return repeated
    page = redirect(308, "/legacy/", exchange.accept, origin=str(exchange.origin), message=WITHOUT_SLASH)
    return page.with_headers(NOT_PERSONAL)


def old_address(exchange: Exchange) -> Response:
    """Respond at `/pypi`, the former upload address, which still has XML-RPC and the list of classifiers."""
    if exchange.method == "POST" and xmlrpc.is_call(exchange):
        return xmlrpc.call(exchange)
    form = _form(exchange)
    if isinstance(form, Response):
        return form
    action = _action(exchange, form) or ""
    if action in READ_ACTIONS:
        return _read_action(exchange, action)
    elsewhere = f"This API has moved to {exchange.origin.upload}/legacy/. See TODO for more information."
    message = {**GONE, "file_upload": elsewhere}.get(action)
    return with_slash(exchange) if message is None else _gone(exchange, form, message)


def _read_action(exchange: Exchange, action: str) -> Response:
    """Respond to one of the old actions that only read."""
    if exchange.method not in READING:
        return method_not_allowed(exchange.method, ", ".join(READING), exchange.accept).with_headers(NOT_PERSONAL)
    if action == "list_classifiers":
        return _classifiers(exchange)
    if action == "doap":
        return response(410, "DOAP is no longer supported.", exchange.accept).with_headers(NOT_PERSONAL)
    page = _moved_page(exchange, action)
    return with_slash(exchange) if page is None else moved_to(exchange, safe=PLAIN, **page)


def _moved_page(exchange: Exchange, action: str) -> dict[str, str] | None:
    """Return the page that an action stood for, as `moved_to` takes it; None for none."""
    if action in FEEDS:
        return {"target": FEEDS[action]}
    query = dict(_query(exchange))  # of a repeated name the last value counts
    name, version = query.get("name", ""), query.get("version", "")
    if action not in {"display", "files"} or not name or (action == "files" and not version):
        return None
    release = "/project/{name}/{version}/" if version else "/project/{name}/"
    return {"target": f"{release}#files" if action == "files" else release, "name": name, "version": version}


def page(exchange: Exchange) -> Response:
    """Return the page of the upload address, for browsers."""
    if exchange.method not in READING:
        return method_not_allowed(exchange.method, ", ".join(READING), exchange.accept).with_headers(PAGE)
    return rendering.page(
        exchange,
        "upload-endpoint.html",
        host=exchange.origin.host,
        upload_url=f"{exchange.origin.for_programs.upload}/legacy/",
        index_url=f"{exchange.origin.site}/",
    )


def _upload(exchange: Exchange, form: Form) -> Response:
    """Identify the sender, upload the form's file, and respond with PyPI's message."""
    if exchange.method != "POST":
        return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(SENDER)
    if exchange.origin.is_real and exchange.origin.scheme == "http":
        return tls_required()
    instance = exchange.instance
    authorization = exchange.environ.get("HTTP_AUTHORIZATION")
    exchange.sender = instance.index.tokens.identify(authorization)
    if exchange.sender.problem == "password" and instance.site.accepts_passwords:
        exchange.sender = sender_by_password(instance.index, authorization)
    result = upload(
        instance.index,
        exchange.sender,
        form,
        rule_set=instance.rule_set,
        files=instance,
        address=str(exchange.environ.get("REMOTE_ADDR", "127.0.0.1")),
        user_agent=str(exchange.environ.get("HTTP_USER_AGENT", "")),
    )
    _add_to_record(exchange, result)
    return _upload_response(exchange, result)


def _add_to_record(exchange: Exchange, result: UploadResult) -> None:
    """Note on the exchange what was sent, and the rejection if it was rejected."""
    received, rejection = result.upload, result.verdict.rejection
    exchange.filename = received.filename or None
    exchange.form = tuple((name, value) for name, value in received.form.fields if isinstance(value, str))
    if rejection is None:
        exchange.stored = True
        return
    exchange.rule = rejection.rule.id
    if rejection.status != 200:
        exchange.rejection = RejectedUpload(
            rule=rejection.rule.id,
            status=rejection.status,
            message=rejection.message,
            project=received.name,
            version=received.text("version"),
            filename=received.filename,
            sender=exchange.sender.name,
        )


def _upload_response(exchange: Exchange, result: UploadResult) -> Response:
    """Return the response for a verdict, with the headers of PyPI's upload page."""
    rejection = result.verdict.rejection
    if rejection is not None and rejection.status == 0:
        raise CloseConnection
    if rejection is not None and rejection.status == 500:
        return front_failure()
    if rejection is None or rejection.status == 200:
        page = response(200, "", exchange.accept)
    else:
        page = response(rejection.status, rejection.message, exchange.accept, detail=rejection.rule.page)
    return page.with_headers(("Vary", "Authorization, PyPI-Locale, Cookie"), *_rate_limit_headers(result.quotas))


def _rate_limit_headers(quotas: tuple[Quota, ...] | None) -> list[Header]:
    if quotas is None:
        return []
    left = ", ".join(f'"{quota.limit.name}";r={quota.remaining};t={quota.resets_in}' for quota in quotas)
    return [("RateLimit", left), ("RateLimit-Policy", ", ".join(quota.limit.policy for quota in quotas))]


def _gone(exchange: Exchange, form: Form, message: str) -> Response:
    if exchange.method != "POST":
        return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(NOT_PERSONAL)
    return _repeated(exchange, form) or response(410, message, exchange.accept).with_headers(NOT_PERSONAL)


def unreadable_form(exchange: Exchange, problem: FormProblem) -> Response:
    """Reject a form that cannot be read.

    With POST, PyPI notices most of it in time. With any other method it fails.
    """
    invalid = problem is FormProblem.INVALID and exchange.method == "POST"
    rule = InvalidFormData if invalid else FormBreaksPyPI
    exchange.rule = rule.id
    exchange.rejection = RejectedUpload(
        rule.id, rule.status, rule.message_template, project="", version="", filename="", sender=""
    )
    return response(400, "", exchange.accept, detail=rule.message_template) if invalid else front_failure()


def _form(exchange: Exchange) -> Form | Response:
    """Return the form in the body, or the response to one that cannot be read."""
    received = exchange.received_form()
    return unreadable_form(exchange, received.problem) if received.problem else received.form


def _action(exchange: Exchange, form: Form) -> str | None:
    """Return the last `:action` of the query, or else of the form."""
    actions = [value for name, value in _query(exchange) if name == ":action"] or form.all(":action")
    return actions[-1] if actions else None


def _query(exchange: Exchange) -> list[tuple[str, str]]:
    return parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True)


def _repeated(exchange: Exchange, form: Form) -> Response | None:
    """Reject a form that repeats a field, which PyPI allows in uploads only."""
    if len(form.fields) == len(list(form)):
        return None
    message = f"POST body may not contain duplicate keys (URL: {f'{exchange.origin}{exchange.target}'!r})"
    return response(400, "", exchange.accept, detail=message).with_headers(NOT_PERSONAL)


def _classifiers(_exchange: Exchange) -> Response:
    """Return every classifier that may be used, one on each line."""
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Vary", "Accept-Encoding"))
    return Response(200, "OK", headers, "\n".join(classifiers().valid).encode())
