"""The WSGI application of the control API: secret, routing, bodies, errors. A table of endpoints has what it can do."""

from __future__ import annotations

import hmac
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from fake_pypi.errors import FakePyPIError, IndexClosed, NotFound, OperationRejected, StorageError
from fake_pypi.sites import SITES
from fake_pypi.web.control.endpoints import Endpoint, EndpointTable
from fake_pypi.web.control.json_values import InvalidValue, parse, written
from fake_pypi.web.control.openapi import PROBLEM_MEDIA, openapi

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

API = "/_fake/api/v1"
LARGEST_BODY = 1 << 20
"""Bytes of a JSON body."""
LARGEST_FILE = 1 << 30
"""Bytes of a file."""
BLOCK = 1 << 20
JSON_MEDIA, FILE_MEDIA = "application/json", "application/octet-stream"
REAL_HOSTS = frozenset(host for site in SITES.values() for host in site.hosts.all)

Header = tuple[str, str]


class ProblemResponse(Exception):
    """A response with an error."""

    def __init__(self, status: int, detail: str, *, headers: Sequence[Header] = (), **members: str) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = tuple(headers)
        self.members = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            **members,
        }


class ControlApplication:
    """Carries out the endpoints of a table for clients that send the secret. `context` is what the endpoints act on.

    `health` returns whether the indexes are ready, for `/_fake/health`, which needs no secret, and neither does
    `/_fake/openapi.json`. It never responds under the real host names.
    """

    def __init__(
        self, table: EndpointTable, context: Any, *, secret: str, health: Callable[[], dict[str, Any]], version: str
    ) -> None:
        self._table = table
        self._context = context
        self._secret = secret.encode()
        self._health = health
        self._version = version
        self.is_closed = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to one request."""
        try:
            status, media, value, headers = self._respond(environ)
        except ProblemResponse as problem:
            status, media, value = problem.status, PROBLEM_MEDIA, problem.members
            headers = problem.headers
        body = b"" if status == 204 else json.dumps(value).encode()
        fields = [] if status == 204 else [("Content-Type", media), ("Content-Length", str(len(body)))]
        own = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        start_response(f"{status} {HTTPStatus(status).phrase}", [*fields, *own, *headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _respond(self, environ: WSGIEnvironment) -> tuple[int, str, Any, Sequence[Header]]:
        host = str(environ.get("HTTP_HOST", ""))
        if host.lower().rpartition(":")[0] in REAL_HOSTS or host.lower() in REAL_HOSTS:
            raise ProblemResponse(421, "the control API is not part of the real site: use its own address")
        path = _raw_path(environ)
        if path == "/_fake/health":
            state = self._health()
            return (200 if state["ready"] else 503), JSON_MEDIA, state, ()
        if path == "/_fake/openapi.json":
            server = f"{environ['wsgi.url_scheme']}://{host}{API}" if host else API
            return 200, JSON_MEDIA, openapi(self._table, server=server, version=self._version), ()
        if path != API and not path.startswith(f"{API}/"):
            raise ProblemResponse(404, f"there is nothing at this address: the API is below {API}/")
        self._check_secret(environ)
        return self._call(environ, path.removeprefix(API))

    def _check_secret(self, environ: WSGIEnvironment) -> None:
        scheme, _, secret = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        # Bytes, because `compare_digest` rejects texts that are not ASCII.
        is_right = hmac.compare_digest(secret.strip().encode("latin-1", "replace"), self._secret)
        if scheme.lower() != "bearer" or not is_right:
            raise ProblemResponse(
                401,
                "the secret is missing or wrong: send `Authorization: Bearer SECRET`",
                headers=[("WWW-Authenticate", 'Bearer realm="fake-pypi control"')],
            )

    def _call(self, environ: WSGIEnvironment, path: str) -> tuple[int, str, Any, Sequence[Header]]:
        at_path = {endpoint.method: (endpoint, in_path) for endpoint, in_path in self._table.at(path)}
        if not at_path:
            raise ProblemResponse(404, "there is no such address: /_fake/openapi.json lists those that exist")
        method = environ["REQUEST_METHOD"]
        if method not in at_path:
            raise ProblemResponse(
                405, f"{method} is not possible here", headers=[("Allow", ", ".join(sorted(at_path)))]
            )
        if self.is_closed:
            raise ProblemResponse(503, "these indexes were closed")
        endpoint, in_path = at_path[method]
        try:
            with _body_of(endpoint, environ) as body:
                result = endpoint.call(self._context, in_path, _query_of(environ), body)
        except (FakePyPIError, ValueError, OverflowError) as error:  # values that no database and no clock accepts
            raise _problem_of(error) from error
        return endpoint.status, JSON_MEDIA, written(result), ()


def _raw_path(environ: WSGIEnvironment) -> str:
    """Return the path as the client wrote it, so that a quoted slash is part of a name."""
    target = str(environ.get("RAW_URI") or environ["PATH_INFO"])
    path = urlsplit(target).path if "://" in target else target.partition("?")[0]
    return path.partition("#")[0]


def _query_of(environ: WSGIEnvironment) -> dict[str, list[str]]:
    query = str(environ.get("QUERY_STRING", ""))
    try:
        return parse_qs(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise InvalidValue("the query", "UTF-8, or has more than 100 fields") from None


class _body_of:  # noqa: N801 - a context manager
    """The body of a request: the value of its JSON, or a file with its bytes, which is removed at the end."""

    def __init__(self, endpoint: Endpoint, environ: WSGIEnvironment) -> None:
        self._endpoint = endpoint
        self._environ = environ
        self._file: Path | None = None

    def __enter__(self) -> Any:
        if self._endpoint.file_parameter is not None:
            return self._received_file()
        if not self._endpoint.has_json_body:
            return None
        body = self._environ["wsgi.input"].read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise ProblemResponse(413, f"the body is larger than {LARGEST_BODY} bytes")
        if not body and not any(parameter.required for parameter in self._endpoint.other_parameters):
            return {}
        self._check_type(JSON_MEDIA)
        return parse(body)

    def _check_type(self, expected: str) -> None:
        media = str(self._environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
        if media != expected:
            raise ProblemResponse(415, f"the body is {media or 'of no content type'}: send `Content-Type: {expected}`")

    def _received_file(self) -> Path:
        self._check_type(FILE_MEDIA)
        handle, name = tempfile.mkstemp(prefix="fake-pypi-")
        self._file = Path(name)
        left = LARGEST_FILE
        with os.fdopen(handle, "wb") as file:
            while block := self._environ["wsgi.input"].read(BLOCK):
                left -= len(block)
                if left < 0:
                    self.__exit__()
                    raise ProblemResponse(413, f"the body is larger than {LARGEST_FILE} bytes")
                file.write(block)
        return self._file

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)


def _problem_of(error: Exception) -> ProblemResponse:
    """Return the response to an error."""
    if isinstance(error, InvalidValue):
        return ProblemResponse(400, str(error), field=error.place)
    if isinstance(error, OperationRejected):
        return ProblemResponse(403, error.message, reason=error.reason)
    statuses = {NotFound: 404, IndexClosed: 503, StorageError: 503, FakePyPIError: 409}
    status = next((status for kind, status in statuses.items() if isinstance(error, kind)), 400)
    return ProblemResponse(status, str(error) if status != 400 else f"a value cannot be used: {error}")
