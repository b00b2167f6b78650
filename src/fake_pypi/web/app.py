"""The WSGI application of one instance: a list of routes, and a record around them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from fake_pypi.errors import CloseConnection, PackageSourceError, StorageError
from fake_pypi.web import (
    downloads,
    feeds,
    integrity,
    legacy,
    moved,
    project_json,
    project_pages,
    simple,
    sitemap,
    trusted_publishing,
)
from fake_pypi.web.answers import Answer, answer, method_not_allowed, text_answer
from fake_pypi.web.conditional import finished
from fake_pypi.web.downloads import Streamed
from fake_pypi.web.exchange import Exchange
from fake_pypi.web.form import TooMuchText, form_type_problem, is_multipart
from fake_pypi.web.identity_provider import PLACE, answer_as_ci
from fake_pypi.web.missing import JSON_ADDRESS, missing, with_slash
from fake_pypi.web.routing import ANYWHERE, FILES, INDEX, UPLOAD, Reply, Route, parts_on

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from fake_pypi.web.instance import Instance


def health(_exchange: Exchange) -> Answer:
    """`/_health/`: the site is up."""
    return text_answer(200, "OK").with_headers(("Vary", "Accept-Encoding"))


NAME, VERSION, PATH = r"(?P<name>[^/]+)", r"(?P<version>[^/]+)", r"(?P<path>.+)"

ROUTES = (
    Route(rf"/simple/{NAME}/", simple.project_page),
    Route(r"/simple/", simple.index_page),
    Route(rf"/integrity/{NAME}/{VERSION}/(?P<filename>[^/]+)/provenance", integrity.provenance, methods=None),
    Route(r"/_/oidc/audience", trusted_publishing.audience, on=(INDEX, UPLOAD), methods=None),
    Route(r"/_/oidc/(?:github/)?mint-token", trusted_publishing.mint_token, on=(INDEX, UPLOAD), methods=None),
    Route(r"/_/oidc/burn-token", trusted_publishing.burn_token, on=(INDEX, UPLOAD), methods=None),
    Route(
        r"/packages/offered/(?P<filename>[^/]+)\.metadata",
        downloads.offered_metadata,
        on=(FILES,),
        methods=("GET", "HEAD"),
    ),
    Route(r"/packages/offered/(?P<filename>[^/]+)", downloads.offered_file, on=(FILES,), methods=("GET", "HEAD")),
    Route(rf"/packages/{PATH}\.metadata", downloads.core_metadata, on=(FILES,), methods=("GET", "HEAD")),
    Route(rf"/packages/{PATH}", downloads.file, on=(FILES,), methods=("GET", "HEAD")),
    Route(rf"/packages/{PATH}", moved.to_files),
    Route(rf"/pypi/{NAME}/json/?", project_json.project),
    Route(rf"/pypi/{NAME}/{VERSION}/json/?", project_json.release),
    Route(r"/legacy/", legacy.upload_address, on=(UPLOAD,), methods=None),
    Route(r"/legacy", legacy.without_slash, on=(UPLOAD,), methods=None),
    Route(r"/pypi", legacy.old_address, methods=None),
    Route(rf"/project/{NAME}/", project_pages.project),
    Route(rf"/project/{NAME}/{VERSION}/", project_pages.release),
    Route(r"/rss/updates\.xml", feeds.updates),
    Route(r"/rss/packages\.xml", feeds.packages),
    Route(rf"/rss/project/{NAME}/releases\.xml", feeds.project_releases),
    Route(r"/sitemap\.xml", sitemap.index),
    Route(r"/(?P<name>[^/]+)\.sitemap\.xml", sitemap.bucket),
    Route(r"/pypi/", moved.to, given={"target": "/"}),
    Route(rf"/pypi/{NAME}/", moved.to, given={"target": "/project/{name}/"}),
    Route(rf"/pypi/{NAME}/{VERSION}/", moved.to, given={"target": "/project/{name}/{version}/"}),
    Route(rf"/p/{NAME}/", moved.to, given={"target": "/project/{name}/"}),
    Route(r"/", project_pages.home),
    Route(r"/", legacy.page, on=(UPLOAD,), methods=None),
    Route(r"/_health/", health, on=ANYWHERE),
)


def application(instance: Instance) -> WSGIApplication:
    """Return the WSGI application that answers as `instance`."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with instance.answering() as is_open:
            if not is_open:
                return closed(environ, start_response)
            exchange = Exchange(environ, instance)
            try:
                return respond(exchange, environ, start_response)
            finally:
                exchange.close()

    def respond(exchange: Exchange, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if exchange.path.startswith(PLACE) and not exchange.origin.is_real:
            return answer_as_ci(instance.identity_providers, environ, start_response)
        try:
            reply = answer_to(exchange)
        except CloseConnection:
            instance.record.add(exchange.recorded("0 the connection was closed"), exchange.rejection)
            raise
        except Exception as error:
            if instance.is_closed:
                raise CloseConnection from None
            failure = _storage_failure(error, instance)
            status = "500 an error of our own" if failure is None else "503 an error of the disk"
            instance.record.add(exchange.recorded(status), exchange.rejection)
            if failure is None:
                raise
            raise failure from error
        instance.record.add(exchange.recorded(reply.status_line), exchange.rejection)
        if isinstance(reply, Streamed):
            start_response(reply.status_line, list(reply.headers))
            return reply.body
        length = [] if reply.status == 304 else [("Content-Length", str(len(reply.body)))]
        start_response(reply.status_line, [*reply.headers, *length])
        return [b"" if exchange.method == "HEAD" else reply.body]

    return app


def _storage_failure(error: Exception, instance: Instance) -> StorageError | None:
    """Return what is wrong with the disk, if that is what the error tells of."""
    if isinstance(error, StorageError):
        return error
    if not isinstance(error, OSError) or isinstance(error, ConnectionError | TimeoutError):
        return None
    return None if error.errno is None else StorageError.of_file(error, instance.folder)


def closed(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer in place of an index that is closed, or of one that is not there yet."""
    body = b"No index is open at this address: it was closed.\n"
    headers = [("Content-Type", "text/plain; charset=UTF-8"), ("Content-Length", str(len(body)))]
    start_response("503 No index is open at this address", headers)
    return [body]


def answer_to(exchange: Exchange) -> Reply:
    """Find the route, let its view answer, and finish what it says."""
    try:
        reply = _unreadable(exchange) or _routed(exchange)
    except TooMuchText as error:
        reply = answer(413, "", exchange.accept, detail=str(error))
    except PackageSourceError as failed:  # a status that no client tries again: its user is to read the words
        reply = answer(424, str(failed), exchange.accept)
    return reply if isinstance(reply, Streamed) else finished(exchange, reply)


def _routed(exchange: Exchange) -> Reply:
    found = _find(exchange, exchange.path)
    if found is None:
        lacks_slash = _is_anywhere(exchange.path + "/") and not JSON_ADDRESS.fullmatch(exchange.path)
        return with_slash(exchange) if lacks_slash else missing(exchange)
    route, arguments = found
    reply = route.view(exchange, **arguments)
    if route.methods is None or exchange.method in route.methods:
        return reply
    if isinstance(reply, Answer) and reply.status == 404:  # what is not there has no methods either
        return reply
    page = method_not_allowed(exchange.method, ", ".join(route.methods), exchange.accept)
    return page.with_headers(("Vary", "Accept-Encoding"))


def _is_anywhere(path: str) -> bool:
    """Whether any host of PyPI has this address: a missing slash is added on every host."""
    return any(route.arguments(path) is not None for route in ROUTES)


def _find(exchange: Exchange, path: str) -> tuple[Route, dict[str, str]] | None:
    """The first route that has this address at the host that was asked."""
    parts = parts_on(exchange.origin)
    for route in ROUTES:
        if any(part in parts for part in route.on):
            arguments = route.arguments(path)
            if arguments is not None:
                return route, arguments
    return None


def _unreadable(exchange: Exchange) -> Answer | None:
    """Reject addresses that are not UTF-8 (recorded case simple/invalid-utf8-name), and forms that cannot be read."""
    written = {
        "query string": unquote_to_bytes(str(exchange.environ.get("QUERY_STRING", "")).encode("latin-1")),
        "URL": str(exchange.environ["PATH_INFO"]).encode("latin-1"),
    }
    for part, octets in written.items():
        try:
            octets.decode()
        except UnicodeDecodeError:
            return answer(400, "", exchange.accept, detail=f"Invalid bytes in {part}.")
    if exchange.method != "POST":
        return None
    problem = form_type_problem(exchange.content_type)
    if problem is None and is_multipart(exchange.content_type):
        problem = exchange.received_form().problem
    return legacy.unreadable_form(exchange, problem) if problem else None
