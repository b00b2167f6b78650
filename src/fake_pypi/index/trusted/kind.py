"""What one kind of trusted publisher is: the claims it looks at, and what it expects of them.

Facts come from the registration forms; what is checked, how and in which order is PyPI's (recorded families
`oidc`, `gitlab`, `google`).
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
    """The claims fit no publisher; the text is PyPI's reason."""


class PyPIFails(Exception):
    """PyPI itself breaks down over such a claim and answers 500."""


class Kind(ABC):
    """One kind of publisher.

    `required` are the claims that are checked, `optional` those that
    count when the publisher asks for them. `title` is the kind's name in provenance, `flag` the site flag that
    switches it off, `exact` claims that must be spelled as registered although the check would not mind.
    `missed` are those that must be there, in the order in which the recorded server missed them.
    """

    title: ClassVar[str]
    flag: ClassVar[str]
    required: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]] = ()
    missed: ClassVar[tuple[str, ...]]
    exact: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def lookup(self, registered: Sequence[Facts], claims: Claims) -> Facts:
        """Return the most specific of the registered facts that the claims name, or raise `Mismatch`."""

    @abstractmethod
    def expected(self, facts: Facts, claims: Claims) -> dict[str, str]:
        """Return what the publisher expects of each claim, in words for people."""

    @abstractmethod
    def identity(self, facts: Facts) -> dict[str, str | None] | None:
        """Return the publisher as provenance names it; None where PyPI takes no attestations from it."""

    def remembered(self, claims: Claims) -> Claims:
        """Return the claims that the index keeps with the token that it mints."""
        return {}

    def holds(self, name: str, facts: Facts, claims: Claims) -> bool:
        """Whether one claim passes the check; a check with a sentence of its own raises `Mismatch`."""
        check = getattr(self, f"check_{name}", None)
        if check is not None:
            return bool(check(facts, claims))
        return self.expected(facts, claims)[name] == text_of(claims, name)

    def same(self, name: str, facts: Facts, claims: Claims) -> bool:
        """Whether one claim is as registered, for lookup and check alike."""
        spelled = name not in self.exact or self.expected(facts, claims)[name] == claims.get(name)
        return spelled and self.holds(name, facts, claims)


def text_of(claims: Claims, name: str) -> str:
    """Return a claim that PyPI takes for text; over anything else it breaks down."""
    value = claims.get(name)
    if not isinstance(value, str):
        raise PyPIFails
    return value


def environment_of(claims: Claims) -> str:
    """Return the job's environment, "" for a job without one."""
    return text_of(claims, "environment") if claims.get("environment") else ""


def subject_of(claims: Claims, parts: int) -> str:
    """Return the first parts of the `sub` claim in lower case, "" when it has fewer or empty ones."""
    pieces = text_of(claims, "sub").split(":")[:parts]
    return ":".join(pieces).lower() if len(pieces) == parts and all(pieces) else ""


def workflow_in(pattern: str, claims: Claims, name: str) -> str:
    """Return the workflow file that a claim names, "" when it names none."""
    found = re.search(pattern, text_of(claims, name))
    return found[0] if found else ""


def is_at_ref(file: str, claims: Claims, name: str, refs: Sequence[str | None]) -> bool:
    """Whether a claim is the workflow file at one of the job's refs; `Mismatch` says what it should be."""
    if not any(refs):
        raise Mismatch("The ref and sha claims are empty")
    allowed = {f"{file}@{ref}" for ref in refs if ref}
    if claims[name] not in allowed:
        raise Mismatch(f"The {name} claim does not match, expecting one of {sorted(allowed)!r}, got {claims[name]!r}")
    return True


def for_environment(registered: Sequence[Facts], environment: str) -> Facts:
    """Return the facts registered for the environment, else those without any, or raise `Mismatch`."""
    for wanted in (environment, ""):
        for facts in registered:
            if facts["environment"] == wanted:
                return facts
    raise Mismatch(NOT_FOUND)
