"""A client of the control API, for commands that change running indexes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

from fake_pypi.errors import FakePyPIError, UsageError

SECRET_VARIABLE = "FAKE_PYPI_CONTROL_SECRET"  # noqa: S105 - the name of a variable
TIMEOUT = 30.0  # seconds


class CommandRejected(FakePyPIError):
    """The index rejected a command; the message has the reason."""


class NoServerRunning(UsageError):
    """No index is running."""

    def __init__(self) -> None:
        next_step = "run `fake-pypi serve` in another terminal, or this command inside `fake-pypi run`"
        super().__init__("no index is running", next_step)


@dataclass(frozen=True)
class ControlClient:
    """A client of the control API at `url`, which ends in a slash."""

    url: str
    secret: str = field(repr=False)
    timeout: float = TIMEOUT
    """Seconds that a response may take."""

    def call(self, method: str, *path: str, **members: Any) -> Any:
        """Call an endpoint with the members of a JSON object or of a query, and return its result.

        Members that are None are left out. Raises `CommandRejected`, and `NoServerRunning` if nothing responds.
        """
        body = {name: value for name, value in members.items() if value is not None}
        address = self.url + "/".join(quote(part, safe="") for part in path)
        headers = {"Authorization": f"Bearer {self.secret}"}
        data = None
        if method not in {"GET", "DELETE"}:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        elif body:
            address += f"?{urlencode(body)}"
        opener = build_opener(ProxyHandler({}))  # never through the proxy that the shell sets
        try:
            with opener.open(Request(address, data, headers, method=method), timeout=self.timeout) as response:
                text = response.read()
                return json.loads(text) if text else None
        except HTTPError as error:
            with error:
                raise CommandRejected(_detail(error.read())) from None
        except (OSError, HTTPException, ValueError):
            raise NoServerRunning from None


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):  # the port now belongs to another program
        raise NoServerRunning from None
