"""The form of a token: a macaroon, signed by us, that its holder may narrow down.

Nothing else knows pymacaroons, the library that PyPI itself reads tokens with.

https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt (version 2, binary)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from fake_pypi.redaction import remember

PREFIX = "pypi-"


@dataclass(frozen=True)
class Token:
    """One token. `secret` is what a client sends; no repr, log or record ever shows it.

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
        """Return the token narrowed down by more caveats; any holder can do this, without the server.

        token.attenuated('[1,["demo"]]')
        """
        macaroon = _parsed(self.secret)
        for text in texts:
            macaroon.add_first_party_caveat(text)
        return replace(self, secret=PREFIX + macaroon.serialize())

    def forged(self, *, identifier: str | None = None, location: str | None = None, key: bytes | None = None) -> Token:
        """Return a token that is wrong on purpose: under another identifier, or signed with another key.

        Another `location` alone changes nothing for PyPI, which never reads it.
        """
        macaroon = _parsed(self.secret)
        if identifier is None and key is None:
            macaroon.location = location or macaroon.location
            return replace(self, secret=PREFIX + macaroon.serialize())
        texts = [caveat.caveat_id for caveat in macaroon.first_party_caveats()]
        named = identifier or macaroon.identifier.decode()
        secret = sealed(location or macaroon.location, named, key or secrets.token_bytes(32), texts)
        return replace(self, secret=secret)


def sealed(location: str, identifier: str, key: bytes, caveats: Iterable[str]) -> str:
    """Return the secret text of a new macaroon: "pypi-" and base64url without padding."""
    from pymacaroons import MACAROON_V2, Macaroon

    macaroon = Macaroon(location=location, identifier=identifier, key=key, version=MACAROON_V2)
    for text in caveats:
        macaroon.add_first_party_caveat(text)
    return f"{PREFIX}{macaroon.serialize()}"


def identifier_in(secret: str) -> str | None:
    """Return the identifier that a secret carries, signed or not; None when it is no macaroon."""
    try:
        return str(_parsed(secret).identifier.decode())
    except Exception:  # noqa: BLE001 - the library raises whatever its parser trips over
        return None


def signature_holds(secret: str, key: bytes) -> bool:
    """Whether a secret was signed with the key, whatever its caveats say."""
    return not objections(secret, key, (), lambda _: "")


def objections(secret: str, key: bytes, kept: Iterable[str], objection: Callable[[str], str]) -> list[str]:
    """Verify a secret; return a sentence for each caveat that does not hold, and for a wrong signature.

    `kept` are caveats that the server remembers: they are asked after those in the macaroon itself, so a
    sentence may come twice. `objection` says what speaks against one caveat, "" for nothing.
    """
    from pymacaroons import Verifier
    from pymacaroons.exceptions import MacaroonInvalidSignatureException

    said: list[str] = []

    def holds(text: str) -> bool:
        sentence = objection(text)
        said.extend([sentence] if sentence else [])
        return not sentence

    verifier = Verifier()
    verifier.satisfy_general(holds)
    try:
        macaroon = _parsed(secret)
        for text in kept:
            macaroon.add_first_party_caveat(text)
        verifier.verify(macaroon, key)
    except MacaroonInvalidSignatureException:
        return said or ["signatures do not match"]
    except Exception:  # noqa: BLE001 - a caveat of any shape reaches this point
        return said or ["unknown error"]
    return said


def _parsed(secret: str) -> Any:
    from pymacaroons import Macaroon

    if not secret.startswith(PREFIX):
        raise ValueError("a token starts with pypi-")
    return Macaroon.deserialize(secret.removeprefix(PREFIX))
