"""`/_/oidc/…`: exchange the identity token of a CI job for a short-lived API token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.index.tokens import TRUSTED_SECONDS
from fake_pypi.inspection.violations import Violation, validation_error
from fake_pypi.operations import token_exchange, tokens
from fake_pypi.operations.actor import Visitor
from fake_pypi.operations.token_exchange import ExchangeProblem
from fake_pypi.web.identity_provider import unverified_issuer, verified_claims
from fake_pypi.web.not_found import not_found
from fake_pypi.web.recording.recorded_request import RejectedUpload
from fake_pypi.web.responses import Response, front_failure, json_response, method_not_allowed

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

EXCHANGE_MODEL, REVOCATION_MODEL = "TokenPayload", "BurnPayload"
"""The names of the models of the two request bodies, as PyPI's messages about invalid ones have them."""
BODY_LIMIT = 1024 * 1024


def audience(exchange: Exchange) -> Response:
    """Respond to `GET /_/oidc/audience` with the audience of the identity token that a job needs."""
    if rejection := _wrong_address(exchange, "GET"):
        return rejection
    index = exchange.instance.index
    if index.flags.enabled("disallow-oidc"):
        return _json(403, {"message": "Trusted publishing functionality not enabled"})
    return _json(200, {"audience": index.site.audience})


def mint_token(exchange: Exchange) -> Response:
    """Respond to `POST /_/oidc/mint-token` (formerly `/_/oidc/github/mint-token`) with an API token."""
    if rejection := _wrong_address(exchange, "POST"):
        return rejection
    token = _token_in(_body(exchange), EXCHANGE_MODEL)
    if isinstance(token, ExchangeProblem):
        return _rejection(exchange, token)
    instance = exchange.instance
    index = instance.index

    def claims_of(issuer: str) -> dict[str, Any] | None:
        provider = instance.identity_provider(issuer)
        return verified_claims(token, provider, index.site.audience, index.clock.timestamp())

    actor = Visitor(
        str(exchange.environ.get("REMOTE_ADDR", "127.0.0.1")), str(exchange.environ.get("HTTP_USER_AGENT", ""))
    )
    minted = token_exchange.exchange(index, actor, unverified_issuer(token), claims_of, rule_set=instance.rule_set)
    if isinstance(minted, ExchangeProblem):
        return _rejection(exchange, minted)
    expires = int(index.clock.timestamp()) + TRUSTED_SECONDS
    return _json(200, {"success": True, "token": minted.secret, "expires": expires})


def burn_token(exchange: Exchange) -> Response:
    """Respond to `POST /_/oidc/burn-token`: remove the API token of a job that does not need it any more.

    The response does not show whether there was such a token: the sources of uv 0.13.9 have this of PyPI, in
    crates/uv-publish/src/trusted_publishing/pypi.rs; the address and its payload come from pypi/warehouse#20197.
    """
    if rejection := _wrong_address(exchange, "POST"):
        return rejection
    token = _token_in(_body(exchange), REVOCATION_MODEL)
    if isinstance(token, ExchangeProblem):
        return _rejection(exchange, token)
    tokens.burn(exchange.instance.index, token)
    return _json(202, {"message": "Accepted"})


def _wrong_address(exchange: Exchange, method: str) -> Response | None:
    """Return the response to a request at the wrong host or with the wrong method, None for any other.

    The application knows the exchange at the index's own name alone (recorded case oidc/mint-on-upload-host).
    The front server of the real network sends requests to upload.pypi.org there too, and twine and uv use that host.
    Our front server is the proxy; a request to the plain port is one to the application itself.
    """
    hosts, host = exchange.origin.hosts, exchange.origin.host.partition(":")[0]
    is_direct = exchange.environ.get("fake_pypi.via", "direct") == "direct"
    if is_direct and host == hosts.upload != hosts.index:
        return not_found(exchange)
    if exchange.method != method:
        page = method_not_allowed(exchange.method, method, exchange.accept)
        return page.with_headers(("Vary", "Accept-Encoding"))
    return None


def _json(status: int, value: object) -> Response:
    return json_response(status, value).with_headers(("Vary", "Accept-Encoding"))


def _body(exchange: Exchange) -> bytes:
    return bytes(exchange.environ["wsgi.input"].read(BODY_LIMIT))


def _token_in(body: bytes, model: str) -> str | ExchangeProblem:
    from jiter import from_json

    try:
        value = from_json(body)
    except ValueError as error:
        return _malformed(Violation(f"Invalid JSON: {error}", "json_invalid", body), model)
    if not isinstance(value, dict):
        return _malformed(Violation("Input should be an object", "model_type", value), model)
    if "token" not in value:
        return _malformed(Violation("Field required", "missing", value, "token"), model)
    token = value["token"]
    if not isinstance(token, str):
        return _malformed(Violation("Input should be a valid string", "string_type", token, "token"), model)
    return token


def _malformed(violation: Violation, model: str) -> ExchangeProblem:
    return ExchangeProblem("invalid-payload", validation_error([violation], model))


def _rejection(exchange: Exchange, rejected: ExchangeProblem) -> Response:
    exchange.rule = rejected.code
    if rejected.fails:
        return front_failure()
    exchange.rejection = RejectedUpload(
        rule=rejected.code,
        status=422,
        message=rejected.description.partition("\n")[0],  # the rest may show what was sent
        project="",
        version="",
        filename="",
        sender="",
        detail=rejected.comparison,
    )
    errors = [{"code": rejected.code, "description": rejected.description}]
    return _json(422, {"message": "Token request failed", "errors": errors})
