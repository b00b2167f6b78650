"""The users of a fake index and their tokens, as tests use them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fake_pypi.operations import tokens, users
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser

if TYPE_CHECKING:
    from datetime import datetime

    from fake_pypi.index import Index
    from fake_pypi.index.accounts import AccountState, User
    from fake_pypi.index.emails import EmailState
    from fake_pypi.index.macaroons import Token
    from fake_pypi.operations.actor import Administrator


class FakeUsers:
    """The users of one index. A user can be given by its name everywhere; None is the default user."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._default_password: str | None = None

    @property
    def default(self) -> User:
        """The default user, "maintainer": with a verified address and a second factor, added at the first use."""
        return users.get_or_add(self._index, ADMINISTRATOR)

    @property
    def default_password(self) -> str:
        """A password of the default user, made at the first use; for servers that have no API tokens."""
        if self._default_password is None:
            self._default_password = secrets.token_hex(16)  # no tool takes it for an option
            users.set_password(self._index, ADMINISTRATOR, self.default, self._default_password)
        return self._default_password

    def choose_default_password(self, password: str) -> None:
        """Give the default user this password, also after a reset."""
        users.set_password(self._index, ADMINISTRATOR, self.default, password)
        self._default_password = password

    def renew(self) -> None:
        """Give the default user its password again, where the state of the index was replaced."""
        if self._default_password is not None:
            users.set_password(self._index, ADMINISTRATOR, self.default, self._default_password)

    def resolve(self, user: User | str | None) -> User:
        """Return the user; a name that no user has raises `NotFound`."""
        if user is None:
            return self.default
        return self._index.accounts[user] if isinstance(user, str) else user

    def actor(self, user: User | str | None) -> Administrator | SignedInUser:
        """Return who acts: the user, signed in to the web site, or the site's administrator if none is given."""
        return ADMINISTRATOR if user is None else SignedInUser(self.resolve(user))

    def add(
        self,
        name: str,
        *,
        email: EmailState = "verified",
        two_factor: bool = True,
        state: AccountState = "active",
        password: str | None = None,
    ) -> User:
        """Add a user; a name that is taken raises `UsageError`.

        With a `password`, which may be a weak one, the user can log in to the web site.
        """
        return users.add(
            self._index, ADMINISTRATOR, name, email=email, two_factor=two_factor, state=state, password=password
        )

    def change(
        self,
        name: str,
        *,
        email: EmailState | None = None,
        two_factor: bool | None = None,
        state: AccountState | None = None,
    ) -> User:
        """Change what is given of a user: disable it, remove its second factor, make its address unverified."""
        return users.change(self._index, ADMINISTRATOR, name, email=email, two_factor=two_factor, state=state)

    def remove(self, name: str) -> None:
        """Remove a user with its roles and tokens."""
        users.remove(self._index, ADMINISTRATOR, name)


class FakeTokens:
    """The API tokens of one index."""

    def __init__(self, index: Index, owners: FakeUsers) -> None:
        self._index = index
        self._owners = owners
        self._default: Token | None = None
        self._adopted: dict[str, str] = {}

    @property
    def default(self) -> Token:
        """An account-wide token of the default user, created at the first use. `.secret` is the text to send."""
        if self._default is None:
            self._default = self.create(description="account-wide")
        return self._default

    def create(
        self,
        user: User | str | None = None,
        *,
        projects: Iterable[str] | None = None,
        expires_in: float | None = None,
        not_before_in: float | None = None,
        description: str = "",
    ) -> Token:
        """Create a token: account-wide, or for the named projects only. Times are seconds from now."""
        return tokens.create(
            self._index,
            ADMINISTRATOR,
            self._owners.resolve(user),
            projects=projects,
            expires_in=expires_in,
            not_before_in=not_before_in,
            description=description,
        )

    def adopt(self, value: str, user: User | str | None = None) -> Token:
        """Accept any text from now on as an account-wide token, for scripts that cannot read ours."""
        owner = self._owners.resolve(user)
        token = tokens.adopt(self._index, ADMINISTRATOR, value, owner)
        self._adopted[value] = owner.name
        return token

    def renew(self) -> None:
        """Make the default token and adopted ones valid again, where the state of the index was replaced.

        Their owners are added if they do not exist.
        """
        self._owners.renew()
        given_out = dict(self._adopted)
        if self._default is not None:
            given_out.setdefault(self._default.secret, self._default.user)
        for secret, name in given_out.items():
            if self._index.tokens.get(secret) is None:
                owner = users.get_or_add(self._index, ADMINISTRATOR, name)
                token = tokens.adopt(self._index, ADMINISTRATOR, secret, owner)
                if self._default is not None and secret == self._default.secret:
                    self._default = token

    def remove(self, token: Token | str) -> None:
        """Remove a token, given as a `Token`, an id or a secret; requests that send it are rejected from now on."""
        tokens.remove(self._index, ADMINISTRATOR, token)
        secret = token if isinstance(token, str) else token.secret
        self._adopted.pop(secret, None)
        if self._default is not None and token in (self._default, self._default.id, self._default.secret):
            self._default = None

    def last_used(self, token: Token) -> datetime | None:
        """Return when a token was last used, by the index's clock; None for one that was not, or is removed."""
        return self._index.tokens.last_used(token)
