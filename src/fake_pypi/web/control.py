"""The control channel: what PyPI's web pages do (yank, delete, tokens), for commands on this machine.

It is ours, not PyPI's: a port of its own on loopback, and a secret of its own in the path.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any, Protocol

from fake_pypi.errors import FakePyPIError, NotFound, StorageError, UsageError
from fake_pypi.redaction import remember

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from fake_pypi.index.clock import Clock
    from fake_pypi.index.macaroons import Token

MOST = 1 << 20  # bytes of an order


CLOSED: tuple[str, dict[str, Any]] = "503 Service Unavailable", {"mistake": "these indexes were closed"}


class Controlled(Protocol):
    """What the channel needs of an index."""

    def yank(self, project: str, version: str, reason: str = "") -> None:
        """Yank a release."""

    def unyank(self, project: str, version: str) -> None:
        """Take a yank back."""

    def delete(self, project: str | None = None, version: str | None = None, *, filename: str | None = None) -> None:
        """Delete a file, a release or a project."""

    def add_token(
        self, user: str | None = None, *, projects: Iterable[str] | None = None, description: str = ""
    ) -> Token:
        """Make a token."""

    def revoke(self, token: str) -> None:
        """Delete a token."""

    @property
    def clock(self) -> Clock:
        """The index's clock."""


class Control:
    """A WSGI application that carries out one order per request, for whoever knows `secret`.

    `POST /SECRET` with `{"index": "pypi", "do": "yank", "project": "hello", "version": "1.0"}` answers
    `{"said": …}`; an order that cannot be carried out is 400 with `{"mistake": …}`.
    """

    def __init__(self, indexes: Mapping[str, Controlled]) -> None:
        self.indexes = indexes
        self.secret = secrets.token_urlsafe(32)
        remember(self.secret)
        self.is_closed = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            status, value = CLOSED if self.is_closed else self._answer(environ)
        except Exception:
            if not self.is_closed:
                raise
            status, value = CLOSED
        body = json.dumps(value).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, dict[str, Any]]:
        if not hmac.compare_digest(environ["PATH_INFO"].encode("latin-1"), f"/{self.secret}".encode()):
            return "404 Not Found", {"mistake": "there is nothing here"}
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", {"mistake": "orders are sent with POST"}
        body = environ["wsgi.input"].read(MOST + 1)
        if len(body) > MOST:
            return "413 Request Entity Too Large", {"mistake": f"an order has at most {MOST} bytes"}
        return self._outcome(body)

    def _outcome(self, body: bytes) -> tuple[str, dict[str, Any]]:
        try:
            return "200 OK", {"said": self._read(body)() or "done"}
        except (UsageError, NotFound) as mistake:
            return "400 Bad Request", {"mistake": str(mistake)}
        except StorageError as failure:
            return "503 Service Unavailable", {"mistake": str(failure)}
        except (FakePyPIError, ValueError, OverflowError) as mistake:  # what no database and no clock takes
            return "400 Bad Request", {"mistake": f"that is no order: {mistake}"}

    def _read(self, body: bytes) -> Callable[[], str | None]:
        """Return what carries an order out. What is none is a `UsageError` or a `ValueError`."""
        try:
            return self._found(dict(json.loads(body)))
        except (TypeError, KeyError, RecursionError) as mistake:
            raise ValueError(str(mistake)) from None

    def _found(self, order: dict[str, Any]) -> Callable[[], str | None]:
        name = order.pop("index", "pypi")
        if name not in self.indexes:
            raise UsageError(f"there is no index {name!r}", f"one of {', '.join(self.indexes)}")
        index = self.indexes[name]
        verb = order.pop("do")
        orders: dict[str, Callable[..., str | None]] = {
            "yank": index.yank,
            "unyank": index.unyank,
            "delete": index.delete,
            "token-create": lambda user=None, projects=None, description="": (
                index.add_token(user, projects=projects, description=description).secret
            ),
            "token-revoke": index.revoke,
            "advance": lambda seconds: index.clock.advance(seconds=seconds),
        }
        if verb not in orders:
            raise UsageError(f"there is no order {verb!r}", f"one of {', '.join(orders)}")
        facts = _plain(order)
        signature(orders[verb]).bind(**facts)
        return partial(orders[verb], **facts)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of an order are texts; "seconds" is a number, "projects" may be a list of texts."""
    for name, value in facts.items():
        if name == "seconds":
            facts[name] = float(value)
            continue
        texts = value if name == "projects" and isinstance(value, list) else [value]
        if not all(text is None or isinstance(text, str) for text in texts):
            raise UsageError(f"{name} is no text", "write it in quotes")
    return facts
