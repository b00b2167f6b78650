"""A running server that recorded cases are replayed against: a real one that maintainers have, or our own.

PyPI and TestPyPI themselves are refused: replaying creates projects and sends thousands of invalid uploads.
"""

from __future__ import annotations

import http.client
import json
import shlex
import socket
import subprocess
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from fake_pypi.errors import UsageError
from fake_pypi.index.macaroons import Token
from fake_pypi.loopback import is_loopback
from tests.fidelity.cases import Case, requests
from tests.fidelity.world import HOSTS

REFUSED = ("pypi.org", "pythonhosted.org", "python.org")
"""Domains that are refused with all of their subdomains, even where they are named."""
UNKNOWN = "(not known)"
CONNECT_SECONDS = 10
COMMAND_SECONDS = 120  # most that a state command may take
TOO_MANY = 429
OF_ONE_NAME = {"names/similar-04", "names/similar-05", "names/similar-own-project", "differential/8923-1"}
"""Cases about the letters of the name, which are others under another name."""
TOKEN_PARTS = {"kind", "user", "scope", "username", "scheme", "tamper"}
FORGED_PARTS = {"extra_caveats", "identifier", "location", "unknown_id", "wrong_key"}
UNKNOWN_IDENTIFIER = "00000000-0000-4000-8000-000000000000"


class RealServer:
    """A server at an address, with tokens of its users; a `Server` for tests.fidelity.exchange.

    `state_command` is a command that changes the state of the server. It is started for each operation, with the
    operation as JSON on its standard input: `{"op": "reset"}` before each case, then those of the case. Without it,
    cases that need operations cannot be replayed, and the server keeps what was uploaded before.
    """

    def __init__(
        self,
        url: str,
        tokens: Mapping[str, str],
        *,
        allowed_hosts: Collection[str] = (),
        state_command: str = "",
    ) -> None:
        self.url = checked_url(url, allowed_hosts)
        self.connection: type[http.client.HTTPConnection] = http.client.HTTPConnection
        if self.url.startswith("https:"):
            self.connection = http.client.HTTPSConnection
        self._tokens = dict(tokens)
        self._state_command = shlex.split(state_command)

    @property
    def is_reset(self) -> bool:
        """Whether the server starts each case without projects."""
        return bool(self._state_command)

    def check_connection(self) -> None:
        """Raise `UsageError` if nothing listens at the address."""
        try:
            socket.create_connection(self.address("index"), timeout=CONNECT_SECONDS).close()
        except OSError as error:
            raise UsageError(f"{self.url} cannot be reached: {error}", "start the server first") from None

    def reset(self) -> None:
        """Remove every project, if there is a state command."""
        if self.is_reset:
            self.op({"op": "reset"})

    def missing(self, case: Case) -> str:
        """Return what the server lacks for a case, "" if it can be replayed."""
        steps = [*case["given"], *(step["op"] for step in case["steps"] if "op" in step)]
        if not self.is_reset and ({op["op"] for op in steps} - {"uploaded"} or needs_fresh_server(case)):
            return "a state command"
        sent = [*requests(case), *(op["request"] for op in steps if op["op"] == "uploaded")]
        if any("$jwt" in json.dumps(request.get("json", "")) for request in sent):
            return "an identity provider"
        for auth in (request.get("auth") or {"kind": "none"} for request in sent):
            if auth["kind"] == "token" and (lacking := self._missing_for_token(auth)):
                return lacking
        return ""

    def _missing_for_token(self, auth: dict[str, Any]) -> str:
        if auth["user"] not in self._tokens:
            return f"a token of {auth['user']}"
        if auth["scope"] != "user":
            return f"a token with the scope {auth['scope']}"
        return "a deleted token" if set(auth) - TOKEN_PARTS - FORGED_PARTS else ""

    # ------------------------------------------------------------------- the interface of tests.fidelity.exchange

    def address(self, host: str) -> tuple[str, int]:  # noqa: ARG002 - as in `World`
        """Return where to connect: one address for all hosts."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

    def host(self, host: str) -> str:
        """Return the value of the field Host: the server is configured as pypi.org, as the recorded one was."""
        return HOSTS["pypi"][host]

    def extra_headers(
        self,
        host: str,  # noqa: ARG002 - as in `World`
        insecure: bool = False,  # noqa: FBT001, FBT002 - as in `World`
    ) -> list[tuple[str, str]]:
        """Return the fields that a front server would add."""
        return [("X-Forwarded-Proto", "http" if insecure else "https")]

    def token(self, spec: dict[str, Any]) -> str:
        """Return the user's token, changed by its holder as the case says."""
        token = Token("", self._tokens[spec["user"]])
        if caveats := spec.get("extra_caveats"):
            token = token.attenuated(*(_caveat(*caveat) for caveat in caveats))
        forged: dict[str, Any] = {name: spec[name] for name in ("identifier", "location") if name in spec}
        if spec.get("unknown_id"):
            forged["identifier"] = UNKNOWN_IDENTIFIER
        if spec.get("wrong_key"):
            forged["key"] = b"another key"
        return (token.forged(**forged) if forged else token).secret

    def jwt(self, spec: dict[str, Any]) -> str:
        """Raise: such cases are not replayed (`missing`)."""
        raise NotImplementedError

    def op(self, op: dict[str, Any]) -> None:
        """Run the state command. Raises `UsageError` with its last line if it fails."""
        completed = subprocess.run(
            self._state_command,
            input=json.dumps(op),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if completed.returncode:
            last = (completed.stderr.strip().splitlines() or ["it printed nothing"])[-1]
            raise UsageError(f"the state command failed for the operation {op['op']}: {last}", "correct the command")

    def last_rule(self) -> str | None:
        """Return a text: which rule rejected a request is not known of another server."""
        return UNKNOWN


def checked_url(url: str, allowed_hosts: Collection[str]) -> str:
    """Return the URL. Raises `UsageError` unless its host is this machine or one of those that are named."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/") or parts.username:
        raise UsageError(f"{url!r} is not the address of a server", "give http://HOST:PORT")
    if any(host == domain or host.endswith(f".{domain}") for domain in REFUSED):
        raise UsageError(f"{host} is refused", "replay against a server of your own, never against PyPI or TestPyPI")
    if not is_loopback(host) and host not in {name.lower() for name in allowed_hosts}:
        raise UsageError(f"{host} is not this machine", f"if the server is yours, add `--allow-host {host}`")
    return url


def needs_fresh_server(case: Case) -> bool:
    """Return whether the answers depend on uploads of other cases, or on the name of the project."""
    return (
        case["id"] in OF_ONE_NAME
        or any(request["path"].partition("?")[0] == "/simple/" for request in requests(case))
        or any(isinstance(answer["body"], str) and "SERIAL" in answer["body"] for answer in case["answers"])
        or any(answer["status"] == TOO_MANY for answer in case["answers"])
    )


def _caveat(kind: str, *values: Any) -> str:
    """Return the text of a caveat that a case lists."""
    if kind == "raw":
        return str(values[0])
    if kind == "expires_in":
        from time import time

        return json.dumps([0, *(int(time()) + value for value in values)], separators=(",", ":"))
    return json.dumps([1, *values], separators=(",", ":"))
