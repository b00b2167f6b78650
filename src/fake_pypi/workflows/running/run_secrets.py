"""The secrets of a rehearsed workflow: what `secrets.NAME` is, and of which index each token is.

A secret that reaches an index is a token of that index. One whose name contains TEST is a token of TestPyPI from the
start; any other is valid on both indexes until it reaches one of them, and from then on only there. Each deployment
environment has values of its own, because secrets of the same name may be defined in several environments.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes, FakePyPI
    from fake_pypi.index.macaroons import Token
    from fake_pypi.workflows.running.log_secrets import LogSecrets

_REFERENCE = re.compile(r"\bsecrets\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']+)'\s*\])", re.IGNORECASE)
GITHUB_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the name of the secret


@dataclass
class _IndexToken:
    """A token that is valid on the named indexes; `index` is the one that it belongs to, None before its first use."""

    name: str
    value: str
    tokens: dict[str, Token]
    index: str | None = None


class RunSecrets:
    """The secrets of a run, by name and environment.

    `names` are those that the workflow refers to. `given` are values of the user; None for a secret that is missing.
    """

    def __init__(
        self,
        indexes: FakeIndexes,
        log_secrets: LogSecrets,
        *,
        names: Iterable[str] = (),
        given: Mapping[str, str | None] | None = None,
    ) -> None:
        self._indexes = indexes
        self._log_secrets = log_secrets
        self.given = {name.upper(): value for name, value in (given or {}).items()}
        self.names = sorted({name.upper() for name in names} | set(self.given) | {GITHUB_TOKEN})
        self._contexts: dict[str, dict[str, str]] = {}
        self._tokens: list[_IndexToken] = []

    def context(self, environment: str = "") -> dict[str, str]:
        """Return the context `secrets` of a job in a deployment environment; a missing secret is not in it."""
        if environment not in self._contexts:
            values = {name: self._value(name) for name in self.names if self.given.get(name, "") is not None}
            self._contexts[environment] = values
            for name, value in values.items():
                if name not in self.given and is_user_name(name):
                    continue
                self._log_secrets.add(name, value)
        return self._contexts[environment]

    def _value(self, name: str) -> str:
        given = self.given.get(name)
        if given is not None:
            return given
        if name == GITHUB_TOKEN:
            return f"ghs_{secrets.token_hex(18)}"
        if is_user_name(name):
            return "__token__"
        pypi, testpypi = self._indexes.pypi, self._indexes.testpypi
        if is_for_testpypi(name):
            token = testpypi.add_token(description=name)
            self._tokens.append(_IndexToken(name, token.secret, {testpypi.site.name: token}, testpypi.site.name))
            return token.secret
        token = pypi.add_token(description=name)
        adopted = testpypi.adopt_token(token.secret)
        self._tokens.append(_IndexToken(name, token.secret, {pypi.site.name: token, testpypi.site.name: adopted}))
        return token.secret

    def bind(self) -> list[str]:
        """Let each token that has reached an index be valid there only; return a line for each that was bound."""
        lines = []
        for token in self._tokens:
            if token.index is None and (index := self._first_use(token)):
                token.index = index.site.name
                for other in self._indexes.all:
                    if other is not index:
                        other.revoke(token.tokens.pop(other.site.name))
                lines.append(f"the secret {token.name} is taken for a token of {index.site.title}, which it reached")
        return lines

    def _first_use(self, token: _IndexToken) -> FakePyPI | None:
        used = [
            (moment, number, index)
            for number, index in enumerate(self._indexes.all)
            if (moment := index.last_used(token.tokens[index.site.name])) is not None
        ]
        return min(used)[2] if used else None

    def name_of(self, value: str) -> str | None:
        """Return the name of the secret with a value; None if it is not one."""
        for values in self._contexts.values():
            for name, known in values.items():
                if known and known == value:
                    return name
        return None

    def index_of(self, value: str) -> str | None:
        """Return the site name of the index that a token belongs to; None if that is not known."""
        return next((token.index for token in self._tokens if token.value == value), None)

    @property
    def missing(self) -> list[str]:
        """The names of the secrets that the user declares to be missing."""
        return sorted(name for name, value in self.given.items() if value is None)

    @property
    def used_tokens(self) -> list[tuple[str, str]]:
        """The names of the secrets that reached an index as tokens, each with the name of that index's site."""
        used = []
        for token in self._tokens:
            for index in self._indexes.all:
                own = token.tokens.get(index.site.name)
                if own is not None and index.last_used(own) is not None:
                    used.append((token.name, index.site.name))
        return list(dict.fromkeys(used))


def referenced_secrets(text: str) -> set[str]:
    """Return the names of the secrets that a workflow file refers to.

    >>> sorted(referenced_secrets("${{ secrets.PYPI_TOKEN }} ${{ secrets['OTHER'] }}"))
    ['OTHER', 'PYPI_TOKEN']
    """
    return {dotted or quoted for dotted, quoted in _REFERENCE.findall(text)} - {"inherit"}


def is_for_testpypi(name: str) -> bool:
    """Return whether the name of a secret says that it is about TestPyPI."""
    return "TEST" in name.upper()


def is_user_name(name: str) -> bool:
    """Return whether the name of a secret says that it is a user name."""
    return name.upper().endswith(("USER", "USERNAME", "USER_NAME", "LOGIN"))
