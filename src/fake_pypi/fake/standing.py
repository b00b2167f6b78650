"""What every part of an index's public face stands on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from fake_pypi.fixed_attributes import FixedAttributes

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.macaroons import Token
    from fake_pypi.web.instance import Instance


DEFAULT_USER = "maintainer"


class Standing(FixedAttributes, ABC):
    """An instance, and the token that was made first."""

    instance: Instance
    _token: Token | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The index's own address, as "http://127.0.0.1:8080"."""

    @property
    def index(self) -> Index:
        """What the index knows."""
        return self.instance.index

    @property
    def user(self) -> User:
        """The default user: verified, with two-factor, so that nobody needs accounts for the first test."""
        with self.index.db.transaction():  # two threads may ask first
            return self.index.accounts.get(DEFAULT_USER) or self.index.accounts.add(DEFAULT_USER)

    def _user(self, user: User | str | None) -> User:
        if user is None:
            return self.user
        return self.index.accounts[user] if isinstance(user, str) else user
