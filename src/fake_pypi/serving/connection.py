"""The steps of a connection: read a request, let an application respond, and do so again when the next one arrives."""

from __future__ import annotations

import contextlib
import select
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Optional, Protocol
from urllib.parse import unquote_to_bytes

from fake_pypi.errors import CloseConnection, StorageError
from fake_pypi.serving.body import Body, as_wsgi_input, body_of
from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLost
from fake_pypi.serving.request import MalformedRequest, Request, read_request
from fake_pypi.serving.response import FileWrapper, ResponseWriter, plain_response
from fake_pypi.turns import TURNS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MOST_ERRORS = 100
"""The number of errors that a server stores."""
OUR_FAULT = "the application behind this server failed; the exception is in the server's `errors`"
POST = b"POST "
"""The first bytes of a request that probably changes something."""
STORAGE_FAILED = "503 The index cannot use its disk"


Step = Callable[[BufferedSocket], Optional["Step"]]
"""Serves a connection that has something to read; returns what to do when it has more, None when it has ended."""


class ApplicationErrors(list[BaseException]):
    """Errors that applications raised, oldest first; when there are `MOST_ERRORS`, later ones are dropped."""

    def add(self, error: BaseException) -> None:
        """Store an error with its traceback, but without the variables of the request that it ended."""
        traceback.clear_frames(error.__traceback__)
        if len(self) < MOST_ERRORS:
            self.append(error)

    def take(self) -> list[BaseException]:
        """Return the errors, and remove them from the list."""
        errors = self[:]
        del self[: len(errors)]  # another thread may have added one
        return errors


@dataclass(frozen=True)
class ConnectionInfo:
    """The connection on which a request arrived: what the request itself does not contain.

    `via` is "direct", "proxy" (through CONNECT or an absolute URI) or "tls" (TLS from the first byte).
    """

    scheme: str
    via: str
    host: str
    port: int
    client: tuple[str, int]


@dataclass(frozen=True)
class RespondWith:
    """The WSGI application that responds to a request."""

    app: WSGIApplication
    info: ConnectionInfo


@dataclass(frozen=True)
class HandOver:
    """The step that takes over the connection of a request, such as CONNECT."""

    to: Step


class Handler(Protocol):
    """Decides which application responds to a request, and records errors."""

    def route(self, request: Request) -> RespondWith | HandOver:
        """Return what responds to this request. Raises `MalformedRequest` if nothing may."""

    def record(self, error: BaseException) -> None:
        """Store the error that an application raised."""

    @property
    def takes_turns(self) -> bool:
        """Whether requests are processed in turns (`fake_pypi.turns`): the application waits for nothing in them."""


def serve_next(connection: BufferedSocket, handler: Handler) -> Step | None:
    """Respond to the next request of a connection; return the step for the one after it, None at the end."""
    if not handler.takes_turns:
        return _serve_now(connection, handler)
    with TURNS.take("change" if connection.begins_with(POST) else "read"):
        return _serve_now(connection, handler)


def _serve_now(connection: BufferedSocket, handler: Handler) -> Step | None:
    try:
        request = read_request(connection)
        if request is None:
            return None
        route = handler.route(request)
        if isinstance(route, HandOver):
            return route.to(connection)
        if serve_request(connection, request, route, handler):
            return partial(serve_next, handler=handler)
    except MalformedRequest as malformed:
        _reject(connection, malformed)
    except ConnectionLost:
        pass
    except Exception as error:  # noqa: BLE001  # the test has to see the error, and the client a response
        handler.record(error)
        _reject(connection, MalformedRequest(500, OUR_FAULT))
    return None


def serve_request(connection: BufferedSocket, request: Request, route: RespondWith, handler: Handler) -> bool:
    """Let the application respond to one request; return whether the connection can be used again."""
    body = body_of(request, connection)
    response = ResponseWriter(connection, request, body)
    try:
        environ = wsgi_environ(request, route.info, body)
        environ["fake_pypi.client_has_gone"] = partial(ends_within, connection.socket)
        _run(route.app, environ, response)
    except CloseConnection as closing:
        if closing.reset:
            connection.reset()
        else:
            connection.linger()
        return False
    except (Exception, SystemExit) as error:  # noqa: BLE001  # every error of an application is recorded for the test
        _fail(connection, body, response, handler, error)
        return False
    if not body.drain():
        connection.linger()
        return False
    return response.keep_alive


def _run(app: WSGIApplication, environ: WSGIEnvironment, response: ResponseWriter) -> None:
    result = app(environ, response.start)
    try:
        response.send(result)
    finally:
        if (close := getattr(result, "close", None)) is not None:
            close()


def _fail(
    connection: BufferedSocket, body: Body, response: ResponseWriter, handler: Handler, error: BaseException
) -> None:
    if connection.lost:
        return  # the application failed because the client has gone
    if body.error is None:
        handler.record(error)
    if response.begun:  # a response that has begun can only be cut off, which the client notices
        return
    if isinstance(error, StorageError):
        with contextlib.suppress(ConnectionLost):
            connection.send(plain_response(STORAGE_FAILED, str(error)))
            connection.linger()
        return
    _reject(connection, body.error or MalformedRequest(500, OUR_FAULT))


def _reject(connection: BufferedSocket, malformed: MalformedRequest) -> None:
    with contextlib.suppress(ConnectionLost):
        connection.send(plain_response(malformed.status_line, malformed.explanation))
        connection.linger()


@TURNS.paused()
def ends_within(client: socket.socket, seconds: float) -> bool:
    """Wait for a client to end its connection; return whether it did. Nothing is read.

    Where the system cannot tell (all but Linux), an end behind bytes that were not read is not noticed.
    """
    try:
        if hasattr(select, "POLLRDHUP"):
            poll = select.poll()
            poll.register(client, select.POLLRDHUP)
            return bool(poll.poll(seconds * 1000))
        if not select.select([client], [], [], seconds)[0]:
            return False
        if not socket.socket.recv(client, 1, socket.MSG_PEEK):
            return True
    except (OSError, ValueError):
        return True
    time.sleep(seconds)  # there are bytes, so another look would not wait
    return False


def wsgi_environ(request: Request, info: ConnectionInfo, body: Body) -> WSGIEnvironment:
    """Return the WSGI environment of one request.

    PATH_INFO is decoded as in PEP 3333. RAW_URI and REQUEST_URI have the target byte for byte, because PyPI's response
    to `/simple/%ff/` or `/legacy//` depends on the target as it was sent.
    """
    absolute = request.absolute()
    target = absolute[2] if absolute else request.target
    path, _, query = target.partition("#")[0].partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "SERVER_NAME": info.host,
        "SERVER_PORT": str(info.port),
        "SERVER_PROTOCOL": request.protocol,
        "REMOTE_ADDR": info.client[0],
        "REMOTE_PORT": str(info.client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": info.scheme,
        "wsgi.input": as_wsgi_input(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "fake_pypi.via": info.via,
        "fake_pypi.fields": request.fields,
    }
    _add_fields(environ, request)
    if absolute:
        environ["HTTP_HOST"] = absolute[1]  # RFC 9112, 3.2.2: the target's host holds, not the field's
    return environ


def _add_fields(environ: WSGIEnvironment, request: Request) -> None:
    for name, value in request.fields.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name == "content-length":
            environ["CONTENT_LENGTH"] = value
        elif "_" not in name:  # `a_b` would have the variable of `a-b`; the real server drops such fields too
            environ["HTTP_" + name.upper().replace("-", "_")] = value
