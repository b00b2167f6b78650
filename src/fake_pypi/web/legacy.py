"""The upload address `/legacy/`, its old name `/pypi`, and what is said to those who use them wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fake_pypi.rules.upload import Form
from fake_pypi.web import xmlrpc
from fake_pypi.web.answers import (
    Answer,
    Header,
    answer,
    method_not_allowed,
    redirect,
    tls_required,
    upload_endpoint_page,
)
from fake_pypi.web.classifiers import classifiers
from fake_pypi.web.form import ReceivedForm, TooMuchText, read_form
from fake_pypi.web.missing import with_slash
from fake_pypi.web.upload import receive

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

WITHOUT_SLASH = "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"
NO_REGISTRATION = "Project pre-registration is no longer required or supported, upload your files instead."
GONE = {
    "submit": NO_REGISTRATION,
    "submit_pkg_info": NO_REGISTRATION,
    "doc_upload": "Uploading documentation is no longer supported, we recommend using https://readthedocs.org/.",
}
READING = ("GET", "HEAD", "OPTIONS")
WITH_BODY = ("POST", "PUT", "PATCH")
PAGE: Header = ("Vary", "PyPI-Locale, Accept-Encoding")
SENDER: Header = ("Vary", "PyPI-Locale, Cookie")
ANYBODY: Header = ("Vary", "Accept-Encoding")


def upload_address(exchange: Exchange) -> Answer:
    """`/legacy/`: `:action`, in the form or in the query, says what is wanted.

    "file_upload" takes an upload in, what PyPI gave up long ago is 410, and without an action it is a page.
    """
    received = _received(exchange)
    if isinstance(received, Answer):
        return received
    try:
        action = _action(exchange, received.form)
        if action == "file_upload":
            return _upload(exchange, received.form)
        return _gone(exchange, received.form, GONE[action]) if action in GONE else page(exchange)
    finally:
        received.discard()


def without_slash(exchange: Exchange) -> Answer:
    """`/legacy`: the address that people type; PyPI sends them on, unless their form repeats a field."""
    if exchange.method != "POST":
        return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(ANYBODY)
    received = _received(exchange)
    if isinstance(received, Answer):
        return received
    received.discard()
    if repeated := _repeated(exchange, received.form):
        return repeated
    page = redirect(308, "/legacy/", exchange.accept, origin=str(exchange.origin), message=WITHOUT_SLASH)
    return page.with_headers(ANYBODY)


def old_address(exchange: Exchange) -> Answer:
    """`/pypi`: where everything was once; XML-RPC and the list of classifiers still are."""
    if exchange.method == "POST" and xmlrpc.is_call(exchange):
        return xmlrpc.call(exchange)
    received = _received(exchange)
    if isinstance(received, Answer):
        return received
    received.discard()
    action = _action(exchange, received.form)
    if action == "list_classifiers":
        return classifiers(exchange)
    moved = f"This API has moved to {exchange.origin.upload}/legacy/. See TODO for more information."
    told = {**GONE, "file_upload": moved}.get(action or "")
    return with_slash(exchange) if told is None else _gone(exchange, received.form, told)


def page(exchange: Exchange) -> Answer:
    """The page that people see who open the upload address in a browser."""
    if exchange.method not in READING:
        return method_not_allowed(exchange.method, ", ".join(READING), exchange.accept).with_headers(PAGE)
    url = f"{exchange.origin}{exchange.target}"
    return upload_endpoint_page(url, index=f"{exchange.origin.site}/").with_headers(PAGE)


def _upload(exchange: Exchange, form: Form) -> Answer:
    if exchange.method != "POST":
        return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(SENDER)
    if exchange.origin.is_real and exchange.origin.scheme == "http":
        return tls_required()
    return receive(exchange, form)


def _gone(exchange: Exchange, form: Form, told: str) -> Answer:
    if exchange.method != "POST":
        return method_not_allowed(exchange.method, "POST", exchange.accept).with_headers(ANYBODY)
    return _repeated(exchange, form) or answer(410, told, exchange.accept).with_headers(ANYBODY)


def _received(exchange: Exchange) -> ReceivedForm | Answer:
    if exchange.method not in WITH_BODY:
        return ReceivedForm(Form(), [])
    try:
        return read_form(exchange.environ, lambda: exchange.world.spool)
    except TooMuchText:
        return answer(413, "", exchange.accept)


def _action(exchange: Exchange, form: Form) -> str | None:
    """What is wanted: the last `:action` of the query, or else of the form."""
    query = parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True)
    actions = [value for name, value in query if name == ":action"] or form.all(":action")
    return actions[-1] if actions else None


def _repeated(exchange: Exchange, form: Form) -> Answer | None:
    """Only the upload itself may repeat a field; elsewhere PyPI takes it for an attack."""
    if len(form.fields) == len(list(form)):
        return None
    told = f"POST body may not contain duplicate keys (URL: {f'{exchange.origin}{exchange.target}'!r})"
    return answer(400, "", exchange.accept, detail=told).with_headers(ANYBODY)
