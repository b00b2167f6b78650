"""The base class of the kinds of trusted publishers: the claims that are checked, and their expected values.

Facts are the fields of the registration forms. The checks and their order are PyPI's (recorded families `oidc`,
`gitlab`, `google`).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

Facts = dict[str, str]
Claims = dict[str, Any]

NOT_FOUND = "Publisher with matching claims was not found"


class Mismatch(Exception):
    """The claims match no publisher; the text is PyPI's message."""


class PyPIFails(Exception):
    """PyPI answers such a claim with 500."""


class Kind(ABC):
    """One kind of publisher.

    `required` are the claims that are always checked, `optional` those that are checked if the publisher was
    registered with them. `title` is the kind's name in provenance, `flag` the site flag that disables it. `exact` are
    claims whose check ignores case, but whose lookup does not. `missed` are the claims that must be present, in the
    order in which PyPI looks for them.
    """

    title: ClassVar[str]
    flag: ClassVar[str]
    required: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]] = ()
    missed: ClassVar[tuple[str, ...]]
    exact: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def lookup(self, registered: Sequence[Facts], claims: Claims) -> Facts:
        """Return the most specific registered facts that match the claims, or raise `Mismatch`."""

    @abstractmethod
    def expected(self, facts: Facts, claims: Claims) -> dict[str, str]:
        """Return the expected value of each claim, as text for users."""

    @abstractmethod
    def identity(self, facts: Facts) -> dict[str, str | None] | None:
        """Return the publisher as in provenance; None if PyPI accepts no attestations from this kind."""

    @abstractmethod
    def specifier(self, facts: Facts) -> str:
        """Return what PyPI calls a publisher in messages, as "release.yml"."""

    def url(self, facts: Facts, issuer: str) -> str | None:
        """Return the address of the project that publishes, None for a kind without one."""
        return None

    def remembered(self, claims: Claims) -> Claims:
        """Return the claims that the index stores with the token."""
        return {}

    def holds(self, name: str, facts: Facts, claims: Claims) -> bool:
        """Whether one claim passes its check; a check with its own message raises `Mismatch`."""
        check = getattr(self, f"check_{name}", None)
        if check is not None:
            return bool(check(facts, claims))
        return self.expected(facts, claims)[name] == text_of(claims, name)

    def same(self, name: str, facts: Facts, claims: Claims) -> bool:
        """Whether one claim passes both the lookup and its check."""
        spelled = name not in self.exact or self.expected(facts, claims)[name] == claims.get(name)
        return spelled and self.holds(name, facts, claims)


def text_of(claims: Claims, name: str) -> str:
    """Return a claim that has to be text; for other types PyPI fails."""
    value = claims.get(name)
    if not isinstance(value, str):
        raise PyPIFails
    return value


def environment_of(claims: Claims) -> str:
    """Return the job's environment, "" for a job without one."""
    return text_of(claims, "environment") if claims.get("environment") else ""


def subject_of(claims: Claims, parts: int) -> str:
    """Return the first parts of the `sub` claim in lower case, "" if it has fewer or an empty one."""
    pieces = text_of(claims, "sub").split(":")[:parts]
    return ":".join(pieces).lower() if len(pieces) == parts and all(pieces) else ""


def workflow_in(pattern: str, claims: Claims, name: str) -> str:
    """Return the workflow file in a claim, "" if there is none."""
    match = re.search(pattern, text_of(claims, name))
    return match[0] if match else ""


def is_at_ref(file: str, claims: Claims, name: str, refs: Sequence[str | None]) -> bool:
    """Whether a claim is the workflow file at one of the job's refs; if not, raise `Mismatch`."""
    if not any(refs):
        raise Mismatch("The ref and sha claims are empty")
    allowed = {f"{file}@{ref}" for ref in refs if ref}
    if claims[name] not in allowed:
        raise Mismatch(f"The {name} claim does not match, expecting one of {sorted(allowed)!r}, got {claims[name]!r}")
    return True


def for_environment(registered: Sequence[Facts], environment: str) -> Facts:
    """Return the facts registered for the environment, else those without one, or raise `Mismatch`."""
    for wanted in (environment, ""):
        for facts in registered:
            if facts["environment"] == wanted:
                return facts
    raise Mismatch(NOT_FOUND)
