"""The ActiveState platform as a trusted publisher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from fake_pypi.index.trusted.kind import NOT_FOUND, Claims, Facts, Kind, Mismatch, text_of


class ActiveState(Kind):
    """A project of an organization on ActiveState, published by one of its people."""

    title = "ActiveState"
    flag = "disallow-activestate-oidc"
    required: ClassVar[tuple[str, ...]] = ("sub", "organization", "project", "actor_id", "builder")
    missed: ClassVar[tuple[str, ...]] = ("organization", "builder", "actor_id", "sub", "project")

    def lookup(self, registered: Sequence[Facts], claims: Claims) -> Facts:
        """Compare organization, project and actor."""
        wanted = tuple(text_of(claims, name) for name in ("organization", "project", "actor_id"))
        for facts in registered:
            if (facts["organization"], facts["project"], facts["actor_id"]) == wanted:
                return facts
        raise Mismatch(NOT_FOUND)

    def expected(self, facts: Facts, claims: Claims) -> dict[str, str]:
        """Return the expected value of each claim."""
        return {
            "sub": f"org:{facts['organization']}:project:{facts['project']}",
            "organization": facts["organization"],
            "project": facts["project"],
            "actor_id": facts["actor_id"],
            "builder": "pypi-publisher",
        }

    def check_sub(self, facts: Facts, claims: Claims) -> bool:
        """Compare the first four parts; each kind of error has its own message."""
        if not claims["sub"]:
            raise Mismatch("Missing 'subject' claim")
        parts = text_of(claims, "sub").split(":")
        if len(parts) < 4:
            raise Mismatch("Invalid 'subject' claim. Wrong format")
        if ":".join(parts[:4]) != self.expected(facts, claims)["sub"]:
            raise Mismatch("Invalid 'subject' claim")
        return True

    def check_builder(self, facts: Facts, claims: Claims) -> bool:
        """The same for everybody."""
        return bool(claims["builder"] == "pypi-publisher")

    def identity(self, facts: Facts) -> None:
        """PyPI takes no attestations from ActiveState."""

    def specifier(self, facts: Facts) -> str:
        """Return the address of the project."""
        return f"https://platform.activestate.com/{facts['organization']}/{facts['project']}"

    def url(self, facts: Facts, issuer: str) -> str:
        """Return the address of the project."""
        return self.specifier(facts)
