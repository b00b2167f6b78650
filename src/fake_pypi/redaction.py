"""Redact secrets in text for users: error messages, reprs, reports of tests.

Tokens of PyPI, identity tokens of a CI and `Authorization: Basic` are recognized by their format. Other secrets (a
text that was adopted as a token, the secret of a CI job) are remembered when they are made.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

REDACTED = "********"
SHORTEST_SECRET = 4
"""Fewest characters of a remembered secret: redacting shorter ones would make texts unreadable."""
SHORTEST_PART = 16
"""Fewest characters of a part of a secret that is redacted, as in a comparison that omits equal parts."""
MAX_SECRETS = 256
"""Most secrets that are remembered; the oldest are forgotten."""

_PREFIX = "pypi-"
# A macaroon as PyPI makes them, with or without its prefix. pytest may have omitted its middle.
_TOKEN = re.compile(r"(?:pypi-Ag[A-Za-z0-9_-]{14,}|(?<![A-Za-z0-9_-])AgE[A-Za-z0-9_-]{40,})(?:\.{3}[A-Za-z0-9_-]*)?")
# An identity token: three parts, of which the first two are JSON objects.
_IDENTITY = re.compile(r"eyJ[A-Za-z0-9_-]{14,}\.[A-Za-z0-9_.-]*")
# "__token__:" and the following text in base64, as in `Authorization: Basic`, possibly percent-encoded.
_BASIC = re.compile(r"X190b2tlbl9fO(?:[A-Za-z0-9+/_-]|%2[BbFf])+(?:=|%3[Dd]){0,2}(?:\.{3}[A-Za-z0-9+/=_-]*)?")
# A word next to a part that pytest omitted.
_CUT = re.compile(r"[A-Za-z0-9_-]{8,}(?=\.{3})|(?<=\.{3})[A-Za-z0-9_-]{8,}")
_WORD = re.compile(rf"[A-Za-z0-9+/_-]{{{SHORTEST_PART},}}")


class Mask:
    """Redacts a set of secrets in text.

    >>> Mask(["swordfish"]).redact("twine upload -p swordfish")
    'twine upload -p ********'
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: OrderedDict[str, None] = OrderedDict()
        self._spellings: list[tuple[str, bool]] | None = None
        self._lock = threading.Lock()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Add secrets."""
        with self._lock:
            for secret in secrets:
                if secret:
                    self._secrets[secret] = None
                    self._secrets.move_to_end(secret)
            self._spellings = None
            while len(self._secrets) > MAX_SECRETS:
                self._secrets.popitem(last=False)

    def redact(self, text: str) -> str:
        """Return the text without the secrets, whichever way they are encoded."""
        spellings = self._all_spellings()
        # Few texts have long words, and a search in these is much faster than one in all of a long text.
        long_words = "\n".join(set(_WORD.findall(text)))
        # Long spellings come first: a short one inside a long one would leave the rest of the long one readable.
        for spelling, is_word in spellings:
            if not is_word or spelling in long_words:
                text = text.replace(spelling, REDACTED)
        text = text.replace(f"{_PREFIX}{REDACTED}", REDACTED)
        return _redact_parts(_redact_formats(text), "\n".join(spelling for spelling, _ in spellings))

    def _all_spellings(self) -> list[tuple[str, bool]]:
        """Return the spellings of all secrets, long ones first, each with whether it is one long word."""
        with self._lock:
            if self._spellings is None:
                spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)}
                ordered = sorted(spellings, key=len, reverse=True)
                self._spellings = [(spelling, _WORD.fullmatch(spelling) is not None) for spelling in ordered]
            return self._spellings

    def __repr__(self) -> str:
        return f"<Mask of {len(self._secrets)} secrets>"


def _redact_formats(text: str) -> str:
    """Redact texts that have the format of a token."""
    for start, pattern in (("eyJ", _IDENTITY), ("X190b2tlbl9fO", _BASIC)):
        if start in text:
            text = pattern.sub(REDACTED, text)
    if "Ag" not in text:
        return text
    return _TOKEN.sub(lambda token: f"{_PREFIX if token[0].startswith(_PREFIX) else ''}{REDACTED}", text)


def _redact_parts(text: str, spellings: str) -> str:
    def replacement(word: re.Match[str]) -> str:
        return REDACTED if word[0] in spellings else word[0]

    if not spellings:
        return text
    text = _CUT.sub(replacement, text) if "..." in text else text
    return _WORD.sub(replacement, text) if any(word in spellings for word in set(_WORD.findall(text))) else text


@lru_cache(MAX_SECRETS * 2)
def _spellings(secret: str) -> tuple[str, ...]:
    """Return the encodings of a secret in text: unchanged, quoted, without prefix, in base64."""
    bare = secret.removeprefix(_PREFIX)
    plain = [bare] if len(bare) >= SHORTEST_PART else [secret]
    quoted = [
        spelling
        for text in plain
        for spelling in (text, repr(text)[1:-1], json.dumps(text)[1:-1], quote(text, safe=""), quote_plus(text))
    ]
    return tuple(dict.fromkeys((*quoted, *_in_base64(secret.encode("utf-8", "surrogatepass")))))


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield the base64 encodings of a secret for each possible position in the encoded text."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode()
        part = encoded[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        if len(part) >= 2 * SHORTEST_SECRET:
            yield part
            yield part.translate(str.maketrans("+/", "-_"))


_REMEMBERED = Mask()


def remember(*secrets: str) -> None:
    """Redact these in all later reports of this process, except texts below `SHORTEST_SECRET` characters."""
    _REMEMBERED.add(*(secret for secret in secrets if len(secret) >= SHORTEST_SECRET))


def redact(text: str) -> str:
    """Return a text without tokens and without any secret that was remembered.

    >>> redact("Authorization: Basic X190b2tlbl9fOnN3b3JkZmlzaA==")
    'Authorization: Basic ********'
    """
    return _REMEMBERED.redact(text)
