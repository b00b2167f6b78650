"""The WSGI application of one index: the layers that a request passes, and the way in and out of WSGI."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from fake_pypi.errors import CloseConnection, PackageSourceError, StateReplaced, StorageError
from fake_pypi.turns import TURNS
from fake_pypi.web import propagation, routes
from fake_pypi.web.api import legacy
from fake_pypi.web.api.simple import JSON_V1, form_of
from fake_pypi.web.conditional import finished
from fake_pypi.web.exchange import Exchange
from fake_pypi.web.form import TooMuchText, form_type_problem, is_multipart
from fake_pypi.web.identity_provider import PLACE, ci_response
from fake_pypi.web.not_found import JSON_ADDRESS, not_found, with_slash
from fake_pypi.web.recorder import record
from fake_pypi.web.recording.recorded_request import RecordedRequest
from fake_pypi.web.responses import (
    AnyResponse,
    Header,
    Response,
    StreamedResponse,
    method_not_allowed,
    response,
    text_response,
)
from fake_pypi.web.site import visitors
from fake_pypi.web.site.browser_address import to_browser_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from fake_pypi.index import Index
    from fake_pypi.web.instance import Instance

LARGE_BODY = 1 << 20
"""Bytes of a body above which other requests are processed meanwhile."""

Layer = Callable[[Exchange], AnyResponse]
"""Responds to a request, by itself or with the layer below it."""


def layers() -> Layer:
    """Return the application: it records a request, applies faults, chooses the state of the index, and routes."""
    return recorded(with_faults(with_propagation(routed)))


def recorded(respond: Layer) -> Layer:
    """Return the layer that adds each request to the record, also one that fails."""

    def respond_and_record(exchange: Exchange) -> AnyResponse:
        try:
            result = respond(exchange)
        except CloseConnection:
            record(exchange, "0 the connection was closed")
            raise
        except StateReplaced:
            raise CloseConnection from None
        except Exception as error:
            if exchange.instance.is_closed:
                raise CloseConnection from None
            failure = _storage_failure(error, exchange.instance)
            record(exchange, "500 an error of our own" if failure is None else "503 an error of the disk")
            if failure is None:
                raise
            raise failure from error
        record(exchange, result.status_line, result)
        return result

    return respond_and_record


def with_faults(respond: Layer) -> Layer:
    """Return the layer in which faults act."""

    def fail_on_command(exchange: Exchange) -> AnyResponse:
        faults = exchange.instance.faults
        return faults.act(exchange, partial(respond, exchange)) if faults else respond(exchange)

    return fail_on_command


def with_propagation(respond: Layer) -> Layer:
    """Return the layer that shows an earlier state of the index where a fault requires it."""

    def show(exchange: Exchange) -> AnyResponse:
        if exchange.delays and exchange.route is not None:
            exchange.index = _index_seen(exchange, exchange.route.stale_as)
        return respond(exchange)

    return show


def _index_seen(exchange: Exchange, page: str) -> Index:
    index, delays, arguments = exchange.index, exchange.delays, exchange.arguments
    if page == "list":
        return propagation.index_seen_by_list(index, delays)
    if page == "files":
        return propagation.index_seen_by_file(index, delays, arguments["path"])
    if page == "simple":
        page = "simple-json" if form_of(exchange) == JSON_V1 else "simple-html"
    return propagation.index_seen(index, delays, page, arguments["name"]) if page else index


def routed(exchange: Exchange) -> AnyResponse:
    """Respond, as the last layer, with the view of the route, or with an error in its place."""
    try:
        result = _unreadable(exchange) or to_browser_address(exchange) or _view(exchange)
    except TooMuchText as error:
        result = response(413, "", exchange.accept, detail=str(error))
    except PackageSourceError as failure:  # a status that no client retries, so that its user reads the message
        result = response(424, str(failure), exchange.accept)
    if not isinstance(result, Response):
        return result
    return finished(exchange, result.with_headers(*exchange.cookie_headers))


def _view(exchange: Exchange) -> AnyResponse:
    if exchange.route is None:
        if visitors.leads_to_root(exchange.path):
            return visitors.log_in_first(exchange)
        lacks_slash = routes.is_anywhere(exchange, exchange.path + "/") and not JSON_ADDRESS.fullmatch(exchange.path)
        return with_slash(exchange) if lacks_slash else not_found(exchange)
    route = exchange.route
    result = route.view(exchange, **exchange.arguments)
    if route.methods is None or exchange.method in route.methods:
        return result
    if isinstance(result, Response) and result.status == 404:  # a page that does not exist has no methods either
        return result
    if not route.checks_request:
        return text_response(405, "405 Method Not Allowed").with_headers(("Allow", ", ".join(route.methods)))
    page = method_not_allowed(exchange.method, ", ".join(route.methods), exchange.accept)
    return page.with_headers(_vary_of_rejection(result))


def _vary_of_rejection(result: AnyResponse) -> Header:
    """Return the Vary of a rejected method: a page in the visitor's language depends on that too."""
    vary = result.header("Vary") if isinstance(result, Response) else None
    return ("Vary", vary if vary and "PyPI-Locale" in vary else "Accept-Encoding")


def _unreadable(exchange: Exchange) -> Response | None:
    """Reject addresses that are not UTF-8 (recorded case simple/invalid-utf8-name), and forms that cannot be read."""
    if exchange.route is not None and not exchange.route.checks_request:
        return None
    parts = {
        "query string": unquote_to_bytes(str(exchange.environ.get("QUERY_STRING", "")).encode("latin-1")),
        "URL": str(exchange.environ["PATH_INFO"]).encode("latin-1"),
    }
    for part, octets in parts.items():
        try:
            octets.decode()
        except UnicodeDecodeError:
            return response(400, "", exchange.accept, detail=f"Invalid bytes in {part}.")
    if exchange.method != "POST":
        return None
    problem = form_type_problem(exchange.content_type)
    if problem is None and is_multipart(exchange.content_type):
        problem = exchange.received_form().problem
    return legacy.unreadable_form(exchange, problem) if problem else None


class Application:
    """The WSGI application that responds as an instance, and lets connections to it fail."""

    takes_turns = True
    """Its requests are processed in turns (`serving.connection_faults.takes_turns`)."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._respond = layers()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to one request."""
        instance = self._instance
        with instance.answering() as is_open:
            if not is_open:
                return closed(environ, start_response)
            exchange = Exchange(environ, instance)
            if exchange.path.startswith(PLACE) and not exchange.origin.is_real:
                return ci_response(instance.identity_providers, environ, start_response)
            try:
                if (match := routes.find_route(exchange)) is not None:
                    exchange.route, exchange.arguments = match
                with TURNS.paused() if _takes_long(environ) else nullcontext():
                    return _send(exchange, self._respond(exchange), start_response)
            finally:
                exchange.close()

    def connection_fault(self, step: str, host: str, via: str) -> str | None:
        """Return how a connection to a host fails before a request is read, and record it; None if it does not.

        `step` is that of `web.faults.fault_kind.FaultKind`, `via` that of a `RecordedRequest`.
        """
        instance = self._instance
        if not instance.faults or instance.is_closed:
            return None
        acting = instance.faults.before_requests(step, host)
        if acting is None:
            return None
        fault, effect = acting
        scheme = "http" if via == "direct" else "https"
        request = RecordedRequest(
            method="CONNECT",
            scheme=scheme,
            host=host,
            path="",
            query="",
            user_agent="",
            via=via,
            status=0,
            reason="the connection failed",
            fault=str(fault),
        )
        instance.record.add(request)
        return effect


def _takes_long(environ: WSGIEnvironment) -> bool:
    """Return whether a request has a body that takes long to read and to judge, or whose length is not known."""
    length = str(environ.get("CONTENT_LENGTH", ""))
    return int(length) > LARGE_BODY if length.isascii() and length.isdigit() else "HTTP_TRANSFER_ENCODING" in environ


def _send(exchange: Exchange, result: AnyResponse, start_response: StartResponse) -> Iterable[bytes]:
    if isinstance(result, StreamedResponse):
        start_response(result.status_line, list(result.headers))
        return result.body
    length = [] if result.status == 304 else [("Content-Length", str(len(result.body)))]
    start_response(result.status_line, [*result.headers, *length])
    return [b"" if exchange.method == "HEAD" else result.body]


def closed(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Respond in place of an index that is closed, or not there yet."""
    body = b"No index is open at this address: it was closed.\n"
    headers = [("Content-Type", "text/plain; charset=UTF-8"), ("Content-Length", str(len(body)))]
    start_response("503 No index is open at this address", headers)
    return [body]


def _storage_failure(error: Exception, instance: Instance) -> StorageError | None:
    """Return the problem of the disk behind an error, None if it has another cause."""
    if isinstance(error, StorageError):
        return error
    if not isinstance(error, OSError) or isinstance(error, ConnectionError | TimeoutError):
        return None
    return None if error.errno is None else StorageError.of_file(error, instance.folder)
