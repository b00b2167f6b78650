"""Exchange the identity token of a CI job for a short-lived API token (trusted publishing)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.index.claims import Match, compare, match
from fake_pypi.index.trusted import KINDS
from fake_pypi.rules.new_project import creation_rejection

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.macaroons import Token
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.rules.rule_set import RuleSet

Claims = dict[str, Any]


@dataclass(frozen=True)
class ExchangeProblem:
    """Why no token is created, in PyPI's words: its code and its description.

    `comparison` shows the claims next to the nearest publisher. With `fails` PyPI itself responds with 500.
    """

    code: str
    description: str
    comparison: str = ""
    fails: bool = False


MALFORMED = ExchangeProblem("invalid-payload", "malformed JWT")
UNKNOWN_ISSUER = ExchangeProblem("invalid-payload", "unknown trusted publishing issuer")
INVALID = ExchangeProblem("invalid-token", "malformed or invalid token")
REUSED = ExchangeProblem("invalid-reuse-token", "invalid token: already used")
PROJECT_EXISTS = ExchangeProblem("invalid-pending-publisher", "valid token, but project already exists")
CLAIM_OF_WRONG_TYPE = ExchangeProblem("claim-of-wrong-type", "", fails=True)


def exchange(
    index: Index, issuer: str | None, verified_claims: Callable[[str], Claims | None], *, rule_set: RuleSet
) -> Token | ExchangeProblem:
    """Create the API token of the publisher that an identity token stands for.

    `issuer` is the one that the identity token names, None if it names none. `verified_claims` verifies the token
    with the issuer's key and returns its claims, None if it is not valid. The first use of a pending publisher creates
    its project.
    """
    if issuer is None:
        return MALFORMED
    kind = index.publishers.issuers().get(issuer)
    if kind is None:
        return UNKNOWN_ISSUER
    if index.flags.enabled("disallow-oidc") or index.flags.enabled(KINDS[kind].flag):
        return ExchangeProblem("not-enabled", f"{kind} trusted publishing functionality not enabled")
    claims = verified_claims(issuer)
    if claims is None:
        return INVALID
    with index.db.transaction():  # of several exchanges of one identity token one gets a token
        return _exchange(index, kind, issuer, claims, rule_set)


def _exchange(index: Index, kind: str, issuer: str, claims: Claims, rule_set: RuleSet) -> Token | ExchangeProblem:
    publishers = index.publishers

    def is_used(jti: str) -> bool:
        return publishers.is_used(issuer, jti)

    pending = match(kind, publishers.pending(issuer), claims, is_used=is_used)
    if pending.publisher is not None:
        problem = _establish(index, pending.publisher, rule_set)
        if problem is not None:
            return problem
    matched = match(kind, publishers.all(issuer), claims, is_used=is_used)
    if matched.fails or pending.fails:
        return CLAIM_OF_WRONG_TYPE
    if matched.publisher is None:
        return _no_publisher(index, issuer, claims, matched)
    return _use_up(index, matched.publisher, claims)


def _establish(index: Index, pending: PendingPublisher, rule_set: RuleSet) -> ExchangeProblem | None:
    """Create the project that a pending publisher waits for, in the name of the user who registered it."""
    if index.projects.get(pending.project_name) is not None:
        index.publishers.drop_pending(pending)
        return PROJECT_EXISTS
    rejection = creation_rejection(rule_set, index, pending.project_name)
    if rejection is not None:
        return ExchangeProblem("invalid-payload", rejection.message)
    owner = index.accounts.by_id(pending.user_id)
    project = index.projects.create(pending.project_name, owner, sender=owner.name if owner else "")
    index.publishers.establish(pending, project)
    return None


def _no_publisher(index: Index, issuer: str, claims: Claims, matched: Match[Publisher]) -> ExchangeProblem:
    if matched.reused:
        return REUSED
    nearest = compare([*index.publishers.all(issuer), *index.publishers.pending(issuer)], claims)
    description = f"valid token, but no corresponding publisher ({matched.reason})"
    return ExchangeProblem("invalid-publisher", description, "" if nearest is None else str(nearest))


def _use_up(index: Index, publisher: Publisher, claims: Claims) -> Token | ExchangeProblem:
    """Mint the token. In read-only mode PyPI returns one that it does not store, and the identity token is used up."""
    if claims.get("jti"):
        is_new = index.publishers.use_up(publisher.issuer, str(claims["jti"]), float(claims["exp"]))
        if not is_new and "jti" in KINDS[publisher.kind].required:
            return REUSED
    return mint(index, publisher, KINDS[publisher.kind].remembered(claims))


def mint(index: Index, publisher: Publisher, claims: Claims) -> Token:
    """Mint a token of a publisher. `claims` are those of the job that the index stores with it."""
    return index.tokens.mint_for_publisher(publisher, claims, stored=not index.flags.enabled("read-only"))
