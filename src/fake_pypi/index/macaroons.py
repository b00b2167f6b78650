"""Macaroons: the format of tokens, signed by the index; their holders can add caveats.

This is the only module that imports pymacaroons, the library that PyPI itself reads tokens with.

https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt (version 2, binary)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from fake_pypi.redaction import remember

PREFIX = "pypi-"
LONGEST_CACHED = 4096
"""Characters of a secret up to which the result of reading it is kept."""
MOST_CACHED = 64
"""The number of secrets for which it is."""


@dataclass(frozen=True)
class Token:
    """An API token. `secret` is what a client sends; no repr, log or record shows it.

    `user` is the account's name ("" for a trusted publisher's token), `projects` the names it is scoped to
    (None: every project of the account), `id` its public identifier.
    """

    id: str
    secret: str = field(repr=False)
    description: str = ""
    user: str = ""
    projects: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        remember(self.secret)

    def attenuated(self, *texts: str) -> Token:
        """Return the token with more caveats; any holder can do this, without the server.

        token.attenuated('[1,["demo"]]')
        """
        macaroon = _parsed(self.secret)
        for text in texts:
            macaroon.add_first_party_caveat(text)
        return replace(self, secret=PREFIX + macaroon.serialize())

    def forged(self, *, identifier: str | None = None, location: str | None = None, key: bytes | None = None) -> Token:
        """Return an invalid token: with another identifier, or signed with another key.

        A token with another `location` stays valid, as PyPI does not check it.
        """
        macaroon = _parsed(self.secret)
        if identifier is None and key is None:
            macaroon.location = location or macaroon.location
            return replace(self, secret=PREFIX + macaroon.serialize())
        texts = [caveat.caveat_id for caveat in macaroon.first_party_caveats()]
        identifier = identifier or macaroon.identifier.decode()
        secret = serialize(location or macaroon.location, identifier, key or secrets.token_bytes(32), texts)
        return replace(self, secret=secret)


def serialize(location: str, identifier: str, key: bytes, caveats: Iterable[str]) -> str:
    """Return the secret text of a new macaroon: "pypi-" and base64url without padding."""
    from pymacaroons import MACAROON_V2, Macaroon

    macaroon = Macaroon(location=location, identifier=identifier, key=key, version=MACAROON_V2)
    for text in caveats:
        macaroon.add_first_party_caveat(text)
    return f"{PREFIX}{macaroon.serialize()}"


def identifier_of(secret: str) -> str | None:
    """Return the identifier in a secret, whether or not its signature is valid; None if it is not a macaroon."""
    return (_identifier if len(secret) <= LONGEST_CACHED else _identifier.__wrapped__)(secret)


@lru_cache(maxsize=MOST_CACHED)
def _identifier(secret: str) -> str | None:
    try:
        return str(_parsed(secret).identifier.decode())
    except Exception:  # noqa: BLE001 - the library has no common class for parsing errors
        return None


def has_valid_signature(secret: str, key: bytes) -> bool:
    """Return whether a secret was signed with the key; its caveats are not checked."""
    return not verification_problems(secret, key, (), lambda _: "")


def verification_problems(
    secret: str, key: bytes, stored_caveats: Iterable[str], problem_with: Callable[[str], str]
) -> list[str]:
    """Verify a secret; return a message for each caveat that does not allow its use, and for a wrong signature.

    `stored_caveats` are the copies that the server has: they are checked after those in the macaroon, so a message
    can be in the list twice. `problem_with` returns the message for one caveat, or "".
    """
    read = _read_caveats if len(secret) <= LONGEST_CACHED else _read_caveats.__wrapped__
    texts, failure = read(secret, key, tuple(stored_caveats))
    problems: list[str] = []
    try:
        problems.extend(filter(None, map(problem_with, texts)))
    except Exception:  # noqa: BLE001 - a caveat can be any text
        return problems or ["unknown error"]
    return problems or ([failure] if failure else [])


@lru_cache(maxsize=MOST_CACHED)
def _read_caveats(secret: str, key: bytes, stored_caveats: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the caveats of a secret, and what is wrong with it if all of them allow its use, "" for nothing.

    It is cached, because an upload verifies its token each time, and a client sends the same one with all uploads.
    """
    from pymacaroons import Verifier
    from pymacaroons.exceptions import MacaroonInvalidSignatureException

    texts: list[str] = []

    def note(text: str) -> bool:
        texts.append(text)
        return True

    verifier = Verifier()
    verifier.satisfy_general(note)
    try:
        macaroon = _parsed(secret)
        for text in stored_caveats:
            macaroon.add_first_party_caveat(text)
        verifier.verify(macaroon, key)
    except MacaroonInvalidSignatureException:
        return tuple(texts), "signatures do not match"
    except Exception:  # noqa: BLE001 - a caveat can be any text
        return tuple(texts), "unknown error"
    return tuple(texts), ""


def _parsed(secret: str) -> Any:
    from pymacaroons import Macaroon

    if not secret.startswith(PREFIX):
        raise ValueError("a token starts with pypi-")
    return Macaroon.deserialize(secret.removeprefix(PREFIX))
