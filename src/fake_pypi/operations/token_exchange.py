"""Exchange the identity token of a CI job for a short-lived API token (trusted publishing)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.index.claims import Match, compare, match
from fake_pypi.index.macaroons import Token
from fake_pypi.index.tokens import TRUSTED_SECONDS
from fake_pypi.index.trusted import KINDS
from fake_pypi.operations.permissions import changes
from fake_pypi.operations.security_history import publisher_facts, record, record_new_project
from fake_pypi.rules.new_project import creation_rejection

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.operations.actor import Visitor
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
WITHOUT_USER = "OpenID created token"
"""What PyPI's history names in place of a user for what a trusted publisher does."""
CLAIM_OF_WRONG_TYPE = ExchangeProblem("claim-of-wrong-type", "", fails=True)


def exchange(
    index: Index,
    actor: Visitor,
    issuer: str | None,
    verified_claims: Callable[[str], Claims | None],
    *,
    rule_set: RuleSet,
) -> Token | ExchangeProblem:
    """Create the API token of the publisher that an identity token stands for.

    `issuer` is the one that the identity token names, None if it names none. `verified_claims` verifies the token
    with the issuer's key and returns its claims, None if it is not valid. The first use of a pending publisher creates
    its project. The security histories of its projects name the `actor`'s address and program.
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
        with changes(index, actor):
            result = _exchange(index, actor, issuer, claims, rule_set)
        if isinstance(result, Token):
            _use_up(index, issuer, claims)  # PyPI remembers used tokens outside of its database, also in read-only mode
        return result


def _exchange(index: Index, actor: Visitor, issuer: str, claims: Claims, rule_set: RuleSet) -> Token | ExchangeProblem:
    publishers = index.publishers
    kind = publishers.issuers()[issuer]

    def is_used(jti: str) -> bool:
        return publishers.is_used(issuer, jti)

    pending = match(kind, publishers.pending(issuer), claims, is_used=is_used)
    if pending.publisher is not None:
        problem = _establish(index, actor, pending.publisher, rule_set)
        if problem is not None:
            return problem
    matched = match(kind, publishers.all(issuer), claims, is_used=is_used)
    if matched.fails or pending.fails:
        return CLAIM_OF_WRONG_TYPE
    if matched.publisher is None:
        return _no_publisher(index, issuer, claims, matched)
    if not _use_up(index, issuer, claims) and "jti" in KINDS[kind].required:
        return REUSED
    _record_token(index, actor, matched.publisher, claims)
    return mint(index, matched.publisher, KINDS[kind].remembered(claims))


def _establish(index: Index, actor: Visitor, pending: PendingPublisher, rule_set: RuleSet) -> ExchangeProblem | None:
    """Create the project that a pending publisher waits for, in the name of the user who registered it."""
    if index.projects.get(pending.project_name) is not None:
        index.publishers.drop_pending(pending)
        return PROJECT_EXISTS
    rejection = creation_rejection(rule_set, index, pending.project_name)
    if rejection is not None:
        return ExchangeProblem("invalid-payload", rejection.message)
    owner = index.accounts.by_id(pending.user_id)
    project = index.projects.create(pending.project_name, owner, sender=owner.name if owner else "")
    publisher = index.publishers.establish(pending, project)
    if owner is not None:
        record_new_project(index, actor, project, owner)
    facts = {"submitted_by": WITHOUT_USER, "reified_from_pending_publisher": True}
    record(index, actor, project, "project:oidc:publisher-added", **publisher_facts(publisher), **facts)
    return None


def _no_publisher(index: Index, issuer: str, claims: Claims, matched: Match[Publisher]) -> ExchangeProblem:
    if matched.reused:
        return REUSED
    nearest = compare([*index.publishers.all(issuer), *index.publishers.pending(issuer)], claims)
    description = f"valid token, but no corresponding publisher ({matched.reason})"
    return ExchangeProblem("invalid-publisher", description, "" if nearest is None else str(nearest))


def _use_up(index: Index, issuer: str, claims: Claims) -> bool:
    """Remember that an identity token was exchanged; return whether this is the first time."""
    jti = claims.get("jti")
    return not jti or index.publishers.use_up(issuer, str(jti), float(claims["exp"]))


def _record_token(index: Index, actor: Visitor, publisher: Publisher, claims: Claims) -> None:
    """Record a new token in the history of each project of its publisher."""
    kind = KINDS[publisher.kind]
    called, caller = claims.get("job_workflow_ref"), claims.get("workflow_ref")
    facts = {
        "expires": int(index.clock.timestamp()) + TRUSTED_SECONDS,
        "publisher_name": kind.title,
        "publisher_url": kind.url(publisher.facts, publisher.issuer),
        "reusable_workflow_used": publisher.kind == "github" and bool(called and caller) and called != caller,
    }
    for project in filter(None, map(index.projects.by_id, publisher.projects)):
        record(index, actor, project, "account:short_lived_api_token:added", **facts)


def mint(index: Index, publisher: Publisher, claims: Claims) -> Token:
    """Mint a token of a publisher, in read-only mode one that is not valid; `claims` are stored with it."""
    return index.tokens.mint_for_publisher(publisher, claims, stored=not index.flags.enabled("read-only"))
