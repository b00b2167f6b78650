"""The WSGI application of one world: a list of routes, and a record around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from fake_pypi.errors import HangUp
from fake_pypi.web import downloads, legacy, project_json, simple
from fake_pypi.web.answers import Answer, not_found_page, tls_required
from fake_pypi.web.downloads import Streamed
from fake_pypi.web.exchange import Exchange

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from fake_pypi.web.world import World

Reply = Union[Answer, Streamed]


@dataclass(frozen=True)
class Route:
    """An address of PyPI's and what answers there. Named groups become the view's arguments."""

    pattern: str
    view: Callable[..., Reply]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the arguments that the path gives the view, or None when it is another address."""
        found = re.fullmatch(self.pattern, path, re.DOTALL)
        return None if found is None else found.groupdict()


ROUTES = (
    Route(r"/legacy/", legacy.upload_address),
    Route(r"/legacy", legacy.without_slash),
    Route(r"/simple/", simple.index_page),
    Route(r"/simple/(?P<name>[^/]+)/", simple.project_page),
    Route(r"/pypi/(?P<name>[^/]+)/json", project_json.project),
    Route(r"/pypi/(?P<name>[^/]+)/(?P<version>[^/]+)/json", project_json.release),
    Route(r"/packages/offered/(?P<filename>[^/]+)\.metadata", downloads.offered_metadata),
    Route(r"/packages/offered/(?P<filename>[^/]+)", downloads.offered_file),
    Route(r"/packages/(?P<path>.+)\.metadata", downloads.core_metadata),
    Route(r"/packages/(?P<path>.+)", downloads.file),
)


def application(world: World) -> WSGIApplication:
    """Return the WSGI application that answers as `world`."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        exchange = Exchange(environ, world)
        try:
            reply = answer_to(exchange)
        except HangUp:
            world.record.add(exchange.recorded("0 the connection was closed"), exchange.refusal)
            raise
        except Exception:
            world.record.add(exchange.recorded("500 an error of our own"), exchange.refusal)
            raise
        world.record.add(exchange.recorded(reply.status_line), exchange.refusal)
        if isinstance(reply, Streamed):
            start_response(reply.status_line, list(reply.headers))
            return reply.body
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        start_response(reply.status_line, headers)
        return [reply.body]

    return app


def answer_to(exchange: Exchange) -> Reply:
    """Find the route and let its view answer."""
    if exchange.origin.is_real and exchange.origin.scheme == "http":
        return tls_required()
    for route in ROUTES:
        arguments = route.match(exchange.path)
        if arguments is not None:
            return route.view(exchange, **arguments)
    return not_found_page(f"{exchange.origin}{exchange.target}")


