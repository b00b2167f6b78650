"""The control channel: operations on running indexes, for commands on this machine.

PyPI has nothing of the kind. The channel has its own port on loopback, and its own secret in the path.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import FakePyPIError, NotFound, OperationRejected, StorageError, UsageError
from fake_pypi.index.second_factors import totp_code
from fake_pypi.operations import deletion, releases, tokens, users
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.redaction import remember

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from fake_pypi.web.instance import Instance

LARGEST_COMMAND = 1 << 20  # bytes
CLOSED: tuple[str, dict[str, Any]] = "503 Service Unavailable", {"error": "these indexes were closed"}


class Control:
    """A WSGI application that carries out one command per request, for clients that know `secret`.

    `POST /SECRET` with `{"index": "pypi", "command": "yank", "project": "hello", "version": "1.0"}` returns
    `{"result": …}`; a command that cannot be carried out is 400 with `{"error": …}`.
    """

    def __init__(self, instances: Mapping[str, Instance]) -> None:
        self.instances = instances
        self.secret = secrets.token_urlsafe(32)
        remember(self.secret)
        self.is_closed = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to one request."""
        try:
            status, value = CLOSED if self.is_closed else self._respond(environ)
        except Exception:
            if not self.is_closed:
                raise
            status, value = CLOSED
        body = json.dumps(value).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _respond(self, environ: WSGIEnvironment) -> tuple[str, dict[str, Any]]:
        if not hmac.compare_digest(environ["PATH_INFO"].encode("latin-1"), f"/{self.secret}".encode()):
            return "404 Not Found", {"error": "there is nothing at this address"}
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", {"error": "commands are sent with POST"}
        body = environ["wsgi.input"].read(LARGEST_COMMAND + 1)
        if len(body) > LARGEST_COMMAND:
            return "413 Request Entity Too Large", {"error": f"a command has at most {LARGEST_COMMAND} bytes"}
        return self._result(body)

    def _result(self, body: bytes) -> tuple[str, dict[str, Any]]:
        try:
            return "200 OK", {"result": self._read(body)() or "done"}
        except (UsageError, NotFound, OperationRejected) as error:
            return "400 Bad Request", {"error": str(error)}
        except StorageError as error:
            return "503 Service Unavailable", {"error": str(error)}
        except (FakePyPIError, ValueError, OverflowError) as error:  # values that no database and no clock accepts
            return "400 Bad Request", {"error": f"invalid command: {error}"}

    def _read(self, body: bytes) -> Callable[[], str | None]:
        """Return the function call of a command. Raises `UsageError` or `ValueError` for an invalid command."""
        try:
            return self._call(dict(json.loads(body)))
        except (TypeError, KeyError, RecursionError) as error:
            raise ValueError(str(error)) from None

    def _call(self, command: dict[str, Any]) -> Callable[[], str | None]:
        index = command.pop("index", "pypi")
        if index not in self.instances:
            raise UsageError(f"there is no index {index!r}", f"one of {', '.join(self.instances)}")
        name = command.pop("command")
        if name not in COMMANDS:
            raise UsageError(f"there is no command {name!r}", f"one of {', '.join(COMMANDS)}")
        arguments = _checked(command)
        function = partial(COMMANDS[name], self.instances[index])
        signature(function).bind(**arguments)
        return partial(function, **arguments)


def _checked(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a command: texts; "seconds" is a number, "projects" can be a list of texts."""
    for name, value in arguments.items():
        if name == "seconds":
            arguments[name] = float(value)
            continue
        texts = value if name == "projects" and isinstance(value, list) else [value]
        if not all(text is None or isinstance(text, str) for text in texts):
            raise UsageError(f"{name} is no text", "write it in quotes")
    return arguments


def _yank(instance: Instance, project: str, version: str, reason: str = "") -> None:
    releases.yank(instance.index, ADMINISTRATOR, project, version, reason)


def _unyank(instance: Instance, project: str, version: str) -> None:
    releases.unyank(instance.index, ADMINISTRATOR, project, version)


def _delete(
    instance: Instance, project: str | None = None, version: str | None = None, filename: str | None = None
) -> None:
    deletion.delete(instance.index, ADMINISTRATOR, project, version, filename=filename, files=instance)


def _create_token(
    instance: Instance, user: str | None = None, projects: list[str] | None = None, description: str = ""
) -> str:
    index = instance.index
    owner = index.accounts[user] if user is not None else users.get_or_add(index, ADMINISTRATOR)
    return tokens.create(index, ADMINISTRATOR, owner, projects=projects, description=description).secret


def _revoke_token(instance: Instance, token: str) -> None:
    tokens.remove(instance.index, ADMINISTRATOR, token)


def _totp(instance: Instance, user: str) -> str:
    index = instance.index
    secret = index.second_factors.totp_secret(index.accounts[user].id)
    if secret is None:
        raise UsageError(f"{user} has no authentication application", "set one up at /manage/account/totp-provision")
    return totp_code(secret, index.clock.timestamp())


def _advance(instance: Instance, seconds: float) -> None:
    instance.index.clock.advance(seconds=seconds)


def _add_fault(instance: Instance, fault: str) -> None:
    instance.faults.add(fault)


def _list_faults(instance: Instance) -> str:
    return json.dumps(instance.faults.used)


def _clear_faults(instance: Instance) -> None:
    instance.faults.clear()


def _back_up(instance: Instance, data: str, folder: str) -> str:
    if instance.folder.resolve() != Path(data):
        raise UsageError(f"this server does not use the data folder {data!r}", "choose the other one with --url")
    return "\n".join(instance.back_up(folder))


COMMANDS: dict[str, Callable[..., str | None]] = {
    "yank": _yank,
    "unyank": _unyank,
    "delete": _delete,
    "token-create": _create_token,
    "token-revoke": _revoke_token,
    "advance": _advance,
    "fault-add": _add_fault,
    "fault-list": _list_faults,
    "fault-clear": _clear_faults,
    "totp": _totp,
    "back-up": _back_up,
}
