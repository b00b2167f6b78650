"""One recorded request over a real socket, exactly as it was sent, and the answer it gets."""

from __future__ import annotations

import base64
import http.client
import json
import zlib
from dataclasses import dataclass, field
from typing import Any, Protocol

USER_AGENT = "oracle-corpus/1"
TIMEOUT = 60  # seconds
CHUNK = 16 * 1024  # bytes


class Server(Protocol):
    """A server in the state that a case needs: a `World`, or a real server (maintenance/real_server.py)."""

    def address(self, host: str) -> tuple[str, int]: ...
    def host(self, host: str) -> str: ...
    def extra_headers(self, host: str, insecure: bool = False) -> list[tuple[str, str]]: ...
    def token(self, spec: dict[str, Any]) -> str: ...
    def jwt(self, spec: dict[str, Any]) -> str: ...
    def op(self, op: dict[str, Any]) -> None: ...
    def last_rule(self) -> str | None: ...


@dataclass
class Heard:
    """An answer as it was received; status 0: the server closed the connection without an answer."""

    status: int
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Conversation:
    """The requests of one case to one server; later requests may use values captured from earlier answers."""

    def __init__(
        self, world: Server, connection: type[http.client.HTTPConnection] = http.client.HTTPConnection
    ) -> None:
        self._world = world
        self._connection = connection
        self._captured: dict[str, str] = {}

    def send(self, request: dict[str, Any]) -> Heard:
        """Send one request, capture what it asks for, return the answer."""
        body = self._body(request)
        heard = self._exchange(request, self._headers(request, body), body)
        for name, header in request.get("capture_header", {}).items():
            self._captured[name] = heard.headers.get(header, "")
        if request.get("capture"):
            said = _json(heard.body)
            for name, key in request["capture"].items():
                self._captured[name] = str(said.get(key, "")) if isinstance(said, dict) else ""
        return heard

    def _exchange(self, request: dict[str, Any], headers: list[tuple[str, str]], body: bytes | None) -> Heard:
        host, port = self._world.address(request["host"])
        connection = self._connection(host, port, timeout=TIMEOUT)
        try:
            connection.putrequest(request["method"], request["path"], skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            _send_body(connection, body, chunked=bool(request.get("chunked")))
            answer = connection.getresponse()
            return Heard(answer.status, answer.reason, dict(answer.getheaders()), answer.read())
        except (ConnectionError, http.client.BadStatusLine):
            return Heard(0)
        finally:
            connection.close()

    def _headers(self, request: dict[str, Any], body: bytes | None) -> list[tuple[str, str]]:
        listed = [(name, self._value(value)) for name, value in request.get("headers") or ()]
        headers = [("Host", self._world.host(request["host"]))]
        if not any(name.lower() == "user-agent" for name, _ in listed):
            headers.append(("User-Agent", USER_AGENT))
        headers += listed
        if authorization := self._authorization(request.get("auth") or {"kind": "none"}):
            headers.append(("Authorization", authorization))
        if request.get("content_type"):
            headers.append(("Content-Type", request["content_type"]))
        if request.get("chunked"):
            headers.append(("Transfer-Encoding", "chunked"))
        elif body is not None:
            headers.append(("Content-Length", str(len(body))))
        return headers + self._world.extra_headers(request["host"], bool(request.get("insecure")))

    def _value(self, value: Any) -> str:
        return self._captured[value["captured"]] if isinstance(value, dict) else str(value)

    def _authorization(self, auth: dict[str, Any]) -> str | None:
        kind = auth["kind"]
        if kind == "none":
            return None
        if kind == "raw":
            return str(auth["value"])
        if kind == "basic":
            return _basic("Basic", auth["username"], auth["password"])
        scheme, secret = auth.get("scheme", "Basic"), self._secret(auth)
        if scheme.lower() == "basic":
            return _basic(scheme, auth.get("username", "__token__"), secret)
        return f"{scheme} {secret}"

    def _secret(self, auth: dict[str, Any]) -> str:
        if auth["kind"] == "text":
            return str(auth["value"])
        if auth["kind"] == "captured":
            return self._captured[auth["name"]]
        return tampered(self._world.token(auth), auth.get("tamper"))

    def _body(self, request: dict[str, Any]) -> bytes | None:
        if "json" in request:
            return json.dumps(self._filled(request["json"])).encode()
        if "body_zlib" in request:
            return zlib.decompress(base64.b64decode(request["body_zlib"]))
        if "body" in request:
            return base64.b64decode(request["body"])
        return None if request["method"] in ("GET", "HEAD") else b""

    def _filled(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if "$jwt" in value:
            return self._world.jwt(value["$jwt"])
        if "$captured" in value:
            return self._captured[value["$captured"]]
        return {name: self._filled(item) for name, item in value.items()}


def tampered(secret: str, how: str | None) -> str:
    """A token's secret, damaged in one of the recorded ways."""
    bare = secret.removeprefix("pypi-")
    ways = {
        None: secret,
        "signature": secret[:-6] + ("AAAAAA" if not secret.endswith("AAAAAA") else "BBBBBB"),
        "truncate": secret[: len(secret) // 2],
        "no-prefix": bare,
        "other-prefix": "tpypi-" + bare,
        "upper-prefix": "PyPI-" + bare,
        "double-prefix": "pypi-" + secret,
        "spaces": f" {secret} \n",
    }
    return ways[how]


def _basic(scheme: str, username: str, password: str) -> str:
    return f"{scheme} {base64.b64encode(f'{username}:{password}'.encode()).decode()}"


def _send_body(connection: http.client.HTTPConnection, body: bytes | None, *, chunked: bool) -> None:
    """Send a body; a server that answers before it has read everything is no reason to stop listening."""
    if body is None:
        return
    try:
        if not chunked:
            connection.send(body)
            return
        for start in range(0, len(body), CHUNK):
            part = body[start : start + CHUNK]
            connection.send(b"%x\r\n%s\r\n" % (len(part), part))
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        return


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
