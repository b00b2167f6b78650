"""Hiding tokens in what is shown of a command: error messages, reprs, reports."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What a token of PyPI looks like, for those that a command made or was given.
_TOKEN = re.compile(r"\bpypi-[A-Za-z0-9_-]{16,}")
# What a CI's identity token looks like: three parts, of which the first two are JSON objects.
_IDENTITY = re.compile(r"\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
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
        return _IDENTITY.sub(HIDDEN, _TOKEN.sub(f"pypi-{HIDDEN}", text))

    def __repr__(self) -> str:
        return f"<Mask of {len(self._secrets)} secrets>"
