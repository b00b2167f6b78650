"""A request as a WSGI application sees it (PEP 3333)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from fake_pypi.serving.body import Body, as_wsgi_input
from fake_pypi.serving.request import Request
from fake_pypi.serving.response import FileWrapper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True)
class Place:
    """Where a request arrived: what cannot be read from the request itself.

    `via` is "direct", "proxy" (through CONNECT or an absolute URI) or "tls" (TLS from the first byte).
    """

    scheme: str
    via: str
    host: str
    port: int
    client: tuple[str, int]


def environ_of(request: Request, place: Place, body: Body) -> WSGIEnvironment:
    """The environment of one request.

    PATH_INFO is decoded as PEP 3333 says; RAW_URI and REQUEST_URI keep the target byte for byte, since PyPI
    answers `/simple/%ff/` or `/legacy//` by what was really asked.
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
        "SERVER_NAME": place.host,
        "SERVER_PORT": str(place.port),
        "SERVER_PROTOCOL": request.protocol,
        "REMOTE_ADDR": place.client[0],
        "REMOTE_PORT": str(place.client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": place.scheme,
        "wsgi.input": as_wsgi_input(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "fake_pypi.via": place.via,
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
        elif "_" not in name:  # `a_b` would be taken for `a-b`: the real server drops such fields too
            environ["HTTP_" + name.upper().replace("-", "_")] = value
