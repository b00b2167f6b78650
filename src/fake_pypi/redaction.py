"""Redact secrets in text that is shown: error messages, reprs, reports of tests.

Tokens of PyPI, identity tokens of a CI and `Authorization: Basic` are recognized by their shape. Everything else
that authenticates (a text that was adopted as a token, the secret of a CI job) is remembered when it is made.
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

HIDDEN = "********"
SHORTEST = 4
"""Characters that a secret must have to be remembered: without shorter ones no text could be read any more."""
SHORTEST_PIECE = 16
"""Characters of a secret that are redacted where they stand alone, as in a comparison that leaves equal parts out."""
MOST_REMEMBERED = 256
"""Secrets that are remembered, the latest ones; of tokens the shape tells as well."""

_PREFIX = "pypi-"
# A macaroon as PyPI makes them, with or without its prefix. pytest may have cut out its middle.
_TOKEN = re.compile(r"(?:pypi-Ag[A-Za-z0-9_-]{14,}|(?<![A-Za-z0-9_-])AgE[A-Za-z0-9_-]{40,})(?:\.{3}[A-Za-z0-9_-]*)?")
# An identity token: three parts, of which the first two are JSON objects.
_IDENTITY = re.compile(r"eyJ[A-Za-z0-9_-]{14,}\.[A-Za-z0-9_.-]*")
# "__token__:" and what follows in base64, as `Authorization: Basic` has it; maybe percent-encoded.
_BASIC = re.compile(r"X190b2tlbl9fO(?:[A-Za-z0-9+/_-]|%2[BbFf])+(?:=|%3[Dd]){0,2}(?:\.{3}[A-Za-z0-9+/=_-]*)?")
# A word next to which pytest cut something out.
_CUT = re.compile(r"[A-Za-z0-9_-]{8,}(?=\.{3})|(?<=\.{3})[A-Za-z0-9_-]{8,}")
_WORD = re.compile(rf"[A-Za-z0-9+/_-]{{{SHORTEST_PIECE},}}")


class Mask:
    """Knows the secrets of a shell and redacts them in a text.

    >>> Mask(["swordfish"]).hide("twine upload -p swordfish")
    'twine upload -p ********'
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: OrderedDict[str, None] = OrderedDict()
        self._spellings: tuple[list[str], list[str]] | None = None
        self._lock = threading.Lock()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Redact these from now on as well."""
        with self._lock:
            for secret in secrets:
                if secret:
                    self._secrets[secret] = None
                    self._secrets.move_to_end(secret)
            self._spellings = None
            while len(self._secrets) > MOST_REMEMBERED:
                self._secrets.popitem(last=False)

    def hide(self, text: str) -> str:
        """Return the text without the secrets, in whatever encoding they stand in it."""
        words, others = self._known()
        for spelling in others:
            text = text.replace(spelling, HIDDEN)
        # Few texts have long words, and a search in these is much faster than one in all of a long text.
        in_text = "\n".join(set(_WORD.findall(text)))
        for spelling in words:
            if spelling in in_text:
                text = text.replace(spelling, HIDDEN)
        text = text.replace(f"{_PREFIX}{HIDDEN}", HIDDEN)
        return _hide_pieces(_hide_shapes(text), "\n".join((*words, *others)))

    def _known(self) -> tuple[list[str], list[str]]:
        """Return the spellings of all secrets, long ones first: those that are long words, and others."""
        with self._lock:
            if self._spellings is None:
                spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)}
                ordered = sorted(spellings, key=len, reverse=True)
                words = [spelling for spelling in ordered if _WORD.fullmatch(spelling)]
                self._spellings = words, [spelling for spelling in ordered if not _WORD.fullmatch(spelling)]
            return self._spellings

    def __repr__(self) -> str:
        return f"<Mask of {len(self._secrets)} secrets>"


def _hide_shapes(text: str) -> str:
    """Hide what has the shape of a token."""
    for start, pattern in (("eyJ", _IDENTITY), ("X190b2tlbl9fO", _BASIC)):
        if start in text:
            text = pattern.sub(HIDDEN, text)
    if "Ag" not in text:
        return text
    return _TOKEN.sub(lambda token: f"{_PREFIX if token[0].startswith(_PREFIX) else ''}{HIDDEN}", text)


def _hide_pieces(text: str, spellings: str) -> str:
    def hidden(word: re.Match[str]) -> str:
        return HIDDEN if word[0] in spellings else word[0]

    if not spellings:
        return text
    text = _CUT.sub(hidden, text) if "..." in text else text
    return _WORD.sub(hidden, text) if any(word in spellings for word in set(_WORD.findall(text))) else text


@lru_cache(MOST_REMEMBERED * 2)
def _spellings(secret: str) -> tuple[str, ...]:
    """Return the ways in which a secret may stand in a text: as it is, quoted, without prefix, in base64."""
    bare = secret.removeprefix(_PREFIX)
    plain = [bare] if len(bare) >= SHORTEST_PIECE else [secret]
    quoted = [
        spelling
        for text in plain
        for spelling in (text, repr(text)[1:-1], json.dumps(text)[1:-1], quote(text, safe=""), quote_plus(text))
    ]
    return tuple(dict.fromkeys((*quoted, *_in_base64(secret.encode("utf-8", "surrogatepass")))))


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield the characters that a secret has in base64, wherever it starts in what is encoded."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode()
        own = encoded[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        if len(own) >= 2 * SHORTEST:
            yield own
            yield own.translate(str.maketrans("+/", "-_"))


_REMEMBERED = Mask()


def remember(*secrets: str) -> None:
    """Redact these in every report of this process from now on; texts below `SHORTEST` characters are not."""
    _REMEMBERED.add(*(secret for secret in secrets if len(secret) >= SHORTEST))


def redact(text: str) -> str:
    """Return a text without tokens and without any secret that was remembered.

    >>> redact("Authorization: Basic X190b2tlbl9fOnN3b3JkZmlzaA==")
    'Authorization: Basic ********'
    """
    return _REMEMBERED.hide(text)
