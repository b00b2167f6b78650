"""Mask the secrets of a run in its output as GitHub does, and find what that leaves readable.

GitHub replaces exact copies of a secret with `***`. A secret that was encoded, reversed, split or shortened before it
was printed stays readable in the log, which is public in a public repository.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

MASKED = "***"
SHORTEST_PART = 12
"""Fewest characters of a part of a secret that are reported: shorter parts occur by chance."""
SEPARATORS = " \t-_.,:|\n"


class LogSecrets:
    """The secrets of a run by name, and the texts that steps added with `::add-mask::`.

    >>> secrets = LogSecrets()
    >>> secrets.add("PYPI_TOKEN", "correct-horse-battery")
    >>> secrets.mask("sent correct-horse-battery")
    'sent ***'
    >>> secrets.readable_in("yrettab-esroh-tcerroc")
    {'PYPI_TOKEN': 'reversed'}
    """

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}  # names by value: a name has a value in each environment
        self._added: list[str] = []

    def add(self, name: str, value: str) -> None:
        """Mask a secret of the workflow; one of several lines is masked line by line, as on GitHub."""
        if value:
            self._secrets[value] = name

    def add_mask(self, value: str) -> None:
        """Mask a text that a step named with `::add-mask::`."""
        if value.strip():
            self._added.append(value)

    def mask(self, text: str) -> str:
        """Return the text with `***` in the place of each exact copy."""
        lines = [line for value in (*self._secrets, *self._added) for line in value.splitlines() if line]
        for line in sorted(lines, key=len, reverse=True):
            text = text.replace(line, MASKED)
        return text

    def printed_in(self, text: str) -> list[str]:
        """Return the names of the secrets of which the text has an exact copy, which GitHub masks."""
        return list(dict.fromkeys(name for value, name in self._secrets.items() if value in text))

    def readable_in(self, text: str) -> dict[str, str]:
        """Return the secrets that GitHub would leave readable in a text, each with what was done to it."""
        masked = self.mask(text)
        if not masked.strip():
            return {}
        found = ((name, self._form_in(value, masked)) for value, name in self._secrets.items())
        return {name: form for name, form in found if form}

    def _form_in(self, secret: str, text: str) -> str:
        if len(secret) < SHORTEST_PART:
            return ""
        for form, spelling in _forms(secret):
            if spelling in text:
                return form
        without_separators = re.sub(f"[{re.escape(SEPARATORS)}]", "", text)
        bare = re.sub(f"[{re.escape(SEPARATORS)}]", "", secret)
        if bare in without_separators:
            return "split by other characters"
        # PyPI's tokens begin with the same characters (prefix, location), which reveal nothing.
        begin = _revealing_from(secret)
        parts = {secret[at : at + SHORTEST_PART] for at in range(begin, len(secret) - SHORTEST_PART + 1)}
        return "in part" if any(part in text for part in parts) else ""


def _revealing_from(secret: str) -> int:
    return 40 if secret.startswith("pypi-") else 0


def _forms(secret: str) -> Iterator[tuple[str, str]]:
    encoded = secret.encode()
    yield "reversed", secret[::-1]
    yield "in hexadecimal digits", encoded.hex()
    for before in range(3):
        text = base64.b64encode(bytes(before) + encoded).decode()
        part = text[-(-before * 8 // 6) : (before + len(encoded)) * 8 // 6]
        yield "in base64", part
        yield "in base64", part.translate(str.maketrans("+/", "-_"))
    if secret.upper() != secret:
        yield "in upper case", secret.upper()
    if secret.lower() != secret:
        yield "in lower case", secret.lower()
