"""Find the publisher of an identity token: compare the claims of a CI job with the registered publishers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fake_pypi.index.publishers import PendingPublisher, Publisher
from fake_pypi.index.trusted import KINDS
from fake_pypi.index.trusted.kind import Kind, Mismatch, PyPIFails

P = TypeVar("P", Publisher, PendingPublisher)
Claims = dict[str, Any]


@dataclass(frozen=True)
class Match(Generic[P]):
    """The publisher that matches the claims, or the reason why none does.

    `reason` is PyPI's message, `reused` whether the identity token was exchanged before, `fails` whether PyPI
    responds to such claims with 500.
    """

    publisher: P | None = None
    reason: str = ""
    reused: bool = False
    fails: bool = False


def match(
    kind: str, candidates: Sequence[P], claims: Claims, *, is_used: Callable[[str], bool] = lambda _: False
) -> Match[P]:
    """Return the candidate that matches the claims.

    As on PyPI, missing claims are reported first; then the most specific publisher is looked up; then every claim is
    checked against it, in PyPI's order. `is_used` returns whether a `jti` was used before.
    """
    rules: Kind = KINDS[kind]
    for name in rules.missed:
        if claims.get(name) is None:
            return Match(reason=f"Missing claim {name!r}")
    try:
        facts = rules.lookup([candidate.facts for candidate in candidates], claims)
        publisher = next(candidate for candidate in candidates if candidate.facts is facts)
        return _checked(rules, publisher, claims, is_used)
    except Mismatch as mismatch:
        return Match(reason=str(mismatch))
    except PyPIFails:
        return Match(fails=True)


def _checked(rules: Kind, publisher: P, claims: Claims, is_used: Callable[[str], bool]) -> Match[P]:
    for name in rules.required:
        if name == "jti":
            if is_used(_check_jti(claims["jti"])):
                return Match(reused=True)
        elif not rules.holds(name, publisher.facts, claims):
            return Match(reason=f"Check failed for required claim {name!r}")
    for name in rules.optional:
        if not rules.holds(name, publisher.facts, claims):
            return Match(reason=f"Check failed for optional claim {name!r}")
    _check_jti(claims.get("jti"))
    _check_expiry(claims.get("exp", 0))
    return Match(publisher)


def _check_jti(jti: Any) -> str:
    """Return the `jti` as text; PyPI fails for text that cannot be encoded as UTF-8."""
    try:
        str(jti).encode()
    except UnicodeEncodeError:
        raise PyPIFails from None
    return str(jti)


def _check_expiry(expires: Any) -> None:
    """Raise `PyPIFails` for an expiry time that PyPI cannot store."""
    try:
        float(expires)
    except OverflowError:
        raise PyPIFails from None


@dataclass(frozen=True)
class ClaimRow:
    """One claim: what the job sent, what the publisher expects, and whether PyPI accepts it."""

    claim: str
    sent: str | None
    expected: str
    same: bool

    def __str__(self) -> str:
        sent = self.sent or "(missing)"
        return f"{self.claim}: {sent}" if self.same else f"{self.claim}: sent {sent}, expected {self.expected}"


@dataclass(frozen=True)
class ClaimComparison:
    """Why no publisher matched: the claims of the job next to those of the nearest publisher.

    >>> print(ClaimComparison("github octo/demo", (ClaimRow("environment", None, "pypi", False),)))
    nearest publisher: github octo/demo
      ≠ environment: sent (missing), expected pypi
    """

    publisher: str
    rows: tuple[ClaimRow, ...]

    def __str__(self) -> str:
        lines = (f"  {'=' if row.same else '≠'} {row}" for row in self.rows)
        return "\n".join((f"nearest publisher: {self.publisher}", *lines))


def compare(candidates: Sequence[Publisher | PendingPublisher], claims: Claims) -> ClaimComparison | None:
    """Compare claims with the publisher that matches most of them; None if none is registered."""
    compared = [(candidate, _rows(candidate, claims)) for candidate in candidates]
    if not compared:
        return None
    nearest, rows = max(compared, key=lambda pair: sum(row.same for row in pair[1]))
    name = nearest.project_name if isinstance(nearest, PendingPublisher) else ""
    return ClaimComparison(f"{_named(nearest)}{f' (pending for {name})' if name else ''}", rows)


def _named(publisher: Publisher | PendingPublisher) -> str:
    return str(Publisher(publisher.id, publisher.kind, publisher.issuer, publisher.facts))


def _rows(publisher: Publisher | PendingPublisher, claims: Claims) -> tuple[ClaimRow, ...]:
    rules = KINDS[publisher.kind]
    rows = []
    for name, expected in rules.expected(publisher.facts, claims).items():
        sent = claims.get(name)
        same = sent is not None or name in rules.optional
        try:
            same = same and rules.same(name, publisher.facts, claims)
        except (Mismatch, PyPIFails):
            same = False
        rows.append(ClaimRow(name, None if sent is None else str(sent), expected, same))
    return tuple(rows)
