"""Hiding tokens in what is shown of a command: error messages, reprs, reports."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What a token of PyPI looks like, for those that a command made or was given. pytest may have cut out its middle.
_TOKEN = re.compile(r"\bpypi-Ag[A-Za-z0-9_-]{14,}(?:\.{3}[A-Za-z0-9_-]*)?")
# What a CI's identity token looks like: three parts, of which the first two are JSON objects.
_IDENTITY = re.compile(r"\beyJ[A-Za-z0-9_-]{14,}\.[A-Za-z0-9_.-]*")
# The same tokens, as `Authorization: Basic` has them: "__token__:" in base64.
_BASIC = re.compile(r"X190b2tlbl9fO[A-Za-z0-9+/]+={0,2}(?:\.{3}[A-Za-z0-9+/=]*)?")
# What is left of a word where pytest cut out its middle.
_CUT = re.compile(r"[A-Za-z0-9_-]{8,}(?=\.{3})|(?<=\.{3})[A-Za-z0-9_-]{8,}")
HIDDEN = "********"


class Mask:
    """Knows the secrets of a shell and hides them in a text.

    >>> Mask(["swordfish"]).hide("twine upload -p swordfish")
    'twine upload -p ********'
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def add(self, *secrets: str) -> None:
        """Hide these from now on as well."""
        self._secrets.extend(secret for secret in secrets if secret)

    def hide(self, text: str) -> str:
        """The text without its secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in (_IDENTITY, _BASIC):
            text = pattern.sub(HIDDEN, text)
        return _CUT.sub(self._piece, _TOKEN.sub(f"pypi-{HIDDEN}", text))

    def _piece(self, found: re.Match[str]) -> str:
        return HIDDEN if any(found[0] in secret for secret in self._secrets) else found[0]

    def __repr__(self) -> str:
        return f"<Mask of {len(self._secrets)} secrets>"
