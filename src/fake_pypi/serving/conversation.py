"""The talk on one connection: request, answer, next request, until somebody has had enough."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fake_pypi.errors import CloseConnection, StorageError
from fake_pypi.serving.body import Body, body_of
from fake_pypi.serving.environ import Place, environ_of
from fake_pypi.serving.request import Fault, Request, read_request
from fake_pypi.serving.response import Response, plain_answer
from fake_pypi.serving.wire import Lost, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MOST_ERRORS = 100
"""Errors that a server keeps."""
OUR_FAULT = "the application behind this server failed; the exception is in the server's `errors`"
STORAGE_FAILED = "503 The index cannot use its disk"


class Errors(list[BaseException]):
    """What applications raised, oldest first; when there are `MOST_ERRORS`, later ones are not kept."""

    def add(self, error: BaseException) -> None:
        """Keep an error with its traceback, but without the variables of the request that it ended."""
        traceback.clear_frames(error.__traceback__)
        if len(self) < MOST_ERRORS:
            self.append(error)

    def take(self) -> list[BaseException]:
        """Return the errors, and forget them."""
        taken = self[:]
        del self[: len(taken)]  # another thread may have added one
        return taken


@dataclass(frozen=True)
class Answering:
    """A request is answered by a WSGI application."""

    app: WSGIApplication
    place: Place


@dataclass(frozen=True)
class HandingOver:
    """A request makes the connection something else, as CONNECT does; `to` is called with the wire."""

    to: Callable[[Wire], None]


class Site(Protocol):
    """Who decides which application answers a request, and hears what went wrong."""

    def route(self, request: Request) -> Answering | HandingOver:
        """Where this request goes. Raises `Fault` when it has no business here."""

    def record(self, error: BaseException) -> None:
        """Keep what an application raised."""


def converse(wire: Wire, site: Site) -> None:
    """Answer the requests of one connection, in order, until it ends."""
    try:
        while (request := read_request(wire)) is not None:
            route = site.route(request)
            if isinstance(route, HandingOver):
                route.to(wire)
                return
            if not answer(wire, request, route, site):
                return
    except Fault as fault:
        _reject(wire, fault)
    except Lost:
        return
    except Exception as error:  # noqa: BLE001  # a connection that fails must be seen by the test, and answered
        site.record(error)
        _reject(wire, Fault(500, OUR_FAULT))


def answer(wire: Wire, request: Request, route: Answering, site: Site) -> bool:
    """Let the application answer one request; whether the connection can be used again."""
    body = body_of(request, wire)
    response = Response(wire, request, body)
    try:
        _run(route.app, environ_of(request, route.place, body), response)
    except CloseConnection as closing:
        if closing.reset:
            wire.reset()
        else:
            wire.linger()
        return False
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever an application raises is kept for the test
        _fail(wire, body, response, site, error)
        return False
    if not body.drain():
        wire.linger()
        return False
    return response.keep_alive


def _run(app: WSGIApplication, environ: WSGIEnvironment, response: Response) -> None:
    result = app(environ, response.start)
    try:
        response.send(result)
    finally:
        if (close := getattr(result, "close", None)) is not None:
            close()


def _fail(wire: Wire, body: Body, response: Response, site: Site, error: BaseException) -> None:
    if wire.lost:
        return  # the client left; what the application said about it is no news
    if body.fault is None:
        site.record(error)
    if response.begun:  # an answer that has begun can only be cut off, so that the client notices
        return
    if isinstance(error, StorageError):
        with contextlib.suppress(Lost):
            wire.send(plain_answer(STORAGE_FAILED, str(error)))
            wire.linger()
        return
    _reject(wire, body.fault or Fault(500, OUR_FAULT))


def _reject(wire: Wire, fault: Fault) -> None:
    with contextlib.suppress(Lost):
        wire.send(plain_answer(fault.status_line, fault.explanation))
        wire.linger()
