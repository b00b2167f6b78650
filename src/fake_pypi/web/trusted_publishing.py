"""`/_/oidc/…`: a CI job's identity token in, a short-lived API token out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.index.claims import Match, compare, match
from fake_pypi.index.trusted import KINDS
from fake_pypi.rules.project import creation_rejection
from fake_pypi.rules.violations import Violation, told
from fake_pypi.web.answers import Answer, json_answer, method_not_allowed, server_failure
from fake_pypi.web.identity_provider import unverified_issuer, verified_claims
from fake_pypi.web.missing import missing
from fake_pypi.web.recording import RejectedUpload

if TYPE_CHECKING:
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.web.exchange import Exchange

AUDIENCES = {"pypi": "pypi", "testpypi": "testpypi"}
SHAPE = "TokenPayload"
BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class ExchangeProblem:
    """Why no token is handed out, in PyPI's words: its code and its description."""

    code: str
    description: str
    comparison: str = ""


REUSED = ExchangeProblem("invalid-reuse-token", "invalid token: already used")


def audience(exchange: Exchange) -> Answer:
    """`GET /_/oidc/audience`: what a job must ask its CI's identity token for."""
    if elsewhere := _elsewhere(exchange, "GET"):
        return elsewhere
    index = exchange.instance.index
    if index.flags.enabled("disallow-oidc"):
        return _json(403, {"message": "Trusted publishing functionality not enabled"})
    return _json(200, {"audience": AUDIENCES[index.kind]})


def mint_token(exchange: Exchange) -> Answer:
    """`POST /_/oidc/mint-token` (and the older `/_/oidc/github/mint-token`): exchange a token for a token."""
    if elsewhere := _elsewhere(exchange, "POST"):
        return elsewhere
    token = _token_in(_body(exchange))
    minted = token if isinstance(token, ExchangeProblem) else _exchanged(exchange, token)
    if isinstance(minted, ExchangeProblem):
        return _rejection(exchange, minted)
    return minted


def burn_token(exchange: Exchange) -> Answer:
    """`POST /_/oidc/burn-token`: a job gives back the API token that it has no more use for."""
    if elsewhere := _elsewhere(exchange, "POST"):
        return elsewhere
    token = _token_in(_body(exchange))
    if isinstance(token, ExchangeProblem):
        return _rejection(exchange, token)
    problem = exchange.instance.index.tokens.burn(token)
    if problem:
        return _rejection(exchange, ExchangeProblem("invalid-token", problem))
    return _json(202, {"message": "Accepted"})


def _elsewhere(exchange: Exchange, method: str) -> Answer | None:
    """Answer whoever is at the wrong host or comes with the wrong method.

    The application knows the exchange at the index's own name alone (recorded case oidc/mint-on-upload-host).
    The front server of the real network sends upload.pypi.org there too, and that is where twine and uv ask.
    Our front server is the proxy; what comes straight to the plain port is what the application itself sees.
    """
    hosts, host = exchange.origin.hosts, exchange.origin.host.partition(":")[0]
    straight = exchange.environ.get("fake_pypi.via", "direct") == "direct"
    if straight and host == hosts.upload != hosts.index:
        return missing(exchange)
    if exchange.method != method:
        page = method_not_allowed(exchange.method, method, exchange.accept)
        return page.with_headers(("Vary", "Accept-Encoding"))
    return None


def _json(status: int, value: object) -> Answer:
    return json_answer(status, value).with_headers(("Vary", "Accept-Encoding"))


def _body(exchange: Exchange) -> bytes:
    return bytes(exchange.environ["wsgi.input"].read(BODY_LIMIT))


def _token_in(body: bytes) -> str | ExchangeProblem:
    from jiter import from_json

    try:
        value = from_json(body)
    except ValueError as error:
        return _malformed(Violation(f"Invalid JSON: {error}", "json_invalid", body))
    if not isinstance(value, dict):
        return _malformed(Violation("Input should be an object", "model_type", value))
    if "token" not in value:
        return _malformed(Violation("Field required", "missing", value, "token"))
    token = value["token"]
    if not isinstance(token, str):
        return _malformed(Violation("Input should be a valid string", "string_type", token, "token"))
    return token


def _malformed(violation: Violation) -> ExchangeProblem:
    return ExchangeProblem("invalid-payload", told([violation], SHAPE))


def _exchanged(exchange: Exchange, token: str) -> Answer | ExchangeProblem:
    """Find out who signs, whether that holds, whom it stands for; then mint."""
    index = exchange.instance.index
    issuer = unverified_issuer(token)
    if issuer is None:
        return ExchangeProblem("invalid-payload", "malformed JWT")
    kind = index.publishers.issuers().get(issuer)
    if kind is None:
        return ExchangeProblem("invalid-payload", "unknown trusted publishing issuer")
    if index.flags.enabled("disallow-oidc") or index.flags.enabled(KINDS[kind].flag):
        return ExchangeProblem("not-enabled", f"{kind} trusted publishing functionality not enabled")
    provider = exchange.instance.identity_provider(issuer)
    claims = verified_claims(token, provider, AUDIENCES[index.kind], index.clock.timestamp())
    if claims is None:
        return ExchangeProblem("invalid-token", "malformed or invalid token")
    with index.db.transaction():  # of several exchanges of one identity token one gets a token
        return _for_claims(exchange, kind, issuer, claims)


def _for_claims(exchange: Exchange, kind: str, issuer: str, claims: dict[str, Any]) -> Answer | ExchangeProblem:
    publishers = exchange.instance.index.publishers

    def is_used(jti: str) -> bool:
        return publishers.is_used(issuer, jti)

    waiting = match(kind, publishers.pending(issuer), claims, is_used=is_used)
    if waiting.publisher is not None:
        rejected = _establish(exchange, waiting.publisher)
        if rejected is not None:
            return rejected
    found = match(kind, publishers.all(issuer), claims, is_used=is_used)
    if found.fails or waiting.fails:
        exchange.rule = "claim-of-wrong-type"
        return server_failure()
    if found.publisher is None:
        return _no_publisher(exchange, issuer, claims, found)
    return _minted(exchange, found.publisher, claims)


def _establish(exchange: Exchange, pending: PendingPublisher) -> ExchangeProblem | None:
    """Create the project that a pending publisher waits for, in the name of the user who registered it."""
    index = exchange.instance.index
    if index.projects.get(pending.project_name) is not None:
        index.publishers.drop_pending(pending)
        return ExchangeProblem("invalid-pending-publisher", "valid token, but project already exists")
    owner = index.accounts.by_id(pending.user_id)
    stop = creation_rejection(exchange.instance.rule_set, index, pending.project_name)
    if stop is not None:
        return ExchangeProblem("invalid-payload", stop.message)
    project = index.projects.create(pending.project_name, owner, sender=owner.name if owner else "")
    index.publishers.establish(pending, project)
    return None


def _no_publisher(exchange: Exchange, issuer: str, claims: dict[str, Any], found: Match[Publisher]) -> ExchangeProblem:
    if found.reused:
        return REUSED
    publishers = exchange.instance.index.publishers
    nearest = compare([*publishers.all(issuer), *publishers.pending(issuer)], claims)
    description = f"valid token, but no corresponding publisher ({found.reason})"
    return ExchangeProblem("invalid-publisher", description, "" if nearest is None else str(nearest))


def _minted(exchange: Exchange, publisher: Publisher, claims: dict[str, Any]) -> Answer | ExchangeProblem:
    """Mint the token. In read-only mode PyPI says yes, forgets the token, and the identity token is used up."""
    index = exchange.instance.index
    if claims.get("jti"):
        is_new = index.publishers.use_up(publisher.issuer, str(claims["jti"]), float(claims["exp"]))
        if not is_new and "jti" in KINDS[publisher.kind].required:
            return REUSED
    remembered = KINDS[publisher.kind].remembered(claims)
    stored = not index.flags.enabled("read-only")
    token = index.tokens.mint_for_publisher(publisher, remembered, stored=stored)
    expires = int(index.clock.timestamp()) + 900
    return _json(200, {"success": True, "token": token.secret, "expires": expires})


def _rejection(exchange: Exchange, rejected: ExchangeProblem) -> Answer:
    exchange.rule = rejected.code
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
