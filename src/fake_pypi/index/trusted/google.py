"""Google Cloud as a trusted publisher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from fake_pypi.index.trusted.kind import NOT_FOUND, Claims, Facts, Kind, Mismatch, text_of


class Google(Kind):
    """A service account of Google Cloud, perhaps only under one subject."""

    title = "Google"
    flag = "disallow-google-oidc"
    required: ClassVar[tuple[str, ...]] = ("email", "email_verified")
    optional: ClassVar[tuple[str, ...]] = ("sub",)
    missed: ClassVar[tuple[str, ...]] = ("email_verified", "email")

    def lookup(self, registered: Sequence[Facts], claims: Claims) -> Facts:
        """Compare the address; a publisher registered with the subject is preferred."""
        fitting = [facts for facts in registered if facts["email"] == text_of(claims, "email")]
        for subject in (claims.get("sub"), ""):
            for facts in fitting:
                if facts["sub"] == subject:
                    return facts
        raise Mismatch(NOT_FOUND)

    def expected(self, facts: Facts, claims: Claims) -> dict[str, str]:
        """Return the expected value of each claim."""
        return {"email": facts["email"], "email_verified": "true", "sub": facts["sub"] or "(any)"}

    def check_email_verified(self, facts: Facts, claims: Claims) -> bool:
        """Accept a JSON true only."""
        return bool(claims["email_verified"] == True)  # noqa: E712 - a text must not pass

    def check_sub(self, facts: Facts, claims: Claims) -> bool:
        """Compare the value if one was registered."""
        return not facts["sub"] or facts["sub"] == claims.get("sub")

    def identity(self, facts: Facts) -> dict[str, str | None]:
        """Return the publisher as in provenance."""
        return {"email": facts["email"], "kind": self.title}

    def specifier(self, facts: Facts) -> str:
        """Return the address of the account."""
        return facts["email"]
