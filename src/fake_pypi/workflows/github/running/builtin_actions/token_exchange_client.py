"""Exchange the identity token of a job for an API token, as the publishing action does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI

_DIRECT = build_opener(ProxyHandler({}))  # a proxy of the user must not see requests to this machine
TIMEOUT = 60.0  # seconds


@dataclass(frozen=True)
class MintedToken:
    """The API token, or the reasons why the index returned none."""

    token: str = ""
    reasons: tuple[str, ...] = ()


def exchange_identity(index: FakePyPI, claims: dict[str, Any]) -> MintedToken:
    """Request the audience of an index, an identity token for it, and an API token."""
    from fake_pypi.index.publishers import GITHUB

    status, answer = _request(f"{index.url}/_/oidc/audience")
    if status != 200:
        return MintedToken(reasons=(str(answer.get("message", status)),))
    before = index.requests.total
    identity = index.identity_provider(GITHUB).token({**claims, "aud": answer["audience"]})
    status, answer = _request(f"{index.url}/_/oidc/mint-token", {"token": identity})
    if status == 200:
        return MintedToken(str(answer["token"]))
    index.requests.wait_for(after=before, path="/_/oidc/mint-token")  # the answer may come before it is recorded
    errors = answer.get("errors") or [{"code": status, "description": answer.get("message", "")}]
    return MintedToken(reasons=tuple(f"{error['code']}: {error['description']}" for error in errors))


def _request(url: str, body: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json", "User-Agent": "gh-action-pypi-publish"})
    try:
        with _DIRECT.open(request, timeout=TIMEOUT) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        with error:
            return error.code, _json_object(error.read())


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
