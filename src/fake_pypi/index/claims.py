"""Which publisher an identity token stands for: the claims of a CI job against what was registered."""

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
    """The publisher that the claims name, or why there is none.

    `reason` is PyPI's sentence, `reused` says that the identity token was exchanged before, `fails` that
    PyPI itself breaks down over such claims and answers 500.
    """

    publisher: P | None = None
    reason: str = ""
    reused: bool = False
    fails: bool = False


def match(
    kind: str, candidates: Sequence[P], claims: Claims, *, is_used: Callable[[str], bool] = lambda _: False
) -> Match[P]:
    """Find the publisher among candidates that the claims are those of.

    The claims must all be there; then the most specific publisher is looked up; then every claim is checked
    against it, in PyPI's order. `is_used` tells of a `jti` whether it has been seen.
    """
    rules: Kind = KINDS[kind]
    for name in rules.missed:
        if claims.get(name) is None:
            return Match(reason=f"Missing claim {name!r}")
    try:
        found = rules.lookup([each.facts for each in candidates], claims)
        publisher = next(each for each in candidates if each.facts is found)
        return _checked(rules, publisher, claims, is_used)
    except Mismatch as said:
        return Match(reason=str(said))
    except PyPIFails:
        return Match(fails=True)


def _checked(rules: Kind, publisher: P, claims: Claims, is_used: Callable[[str], bool]) -> Match[P]:
    for name in rules.required:
        if name == "jti":
            if is_used(_kept_text(claims["jti"])):
                return Match(reused=True)
        elif not rules.holds(name, publisher.facts, claims):
            return Match(reason=f"Check failed for required claim {name!r}")
    for name in rules.optional:
        if not rules.holds(name, publisher.facts, claims):
            return Match(reason=f"Check failed for optional claim {name!r}")
    _kept_text(claims.get("jti"))
    _kept_time(claims.get("exp", 0))
    return Match(publisher)


def _kept_text(jti: Any) -> str:
    """Return what names the token among those that were used; PyPI fails over text that UTF-8 does not know."""
    try:
        str(jti).encode()
    except UnicodeEncodeError:
        raise PyPIFails from None
    return str(jti)


def _kept_time(expires: Any) -> None:
    """How long the `jti` is remembered; PyPI fails over a time that its store cannot hold."""
    try:
        float(expires)
    except OverflowError:
        raise PyPIFails from None


@dataclass(frozen=True)
class ClaimRow:
    """One claim: what the job sent, what the publisher expects, and whether that is the same to PyPI."""

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
    """Compare claims with the publisher that comes nearest; None when nobody is registered."""
    compared = [(each, _rows(each, claims)) for each in candidates]
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
