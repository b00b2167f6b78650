"""The part of an index's public face that is about people: users, tokens, roles, organizations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fake_pypi.fake.standing import Standing

if TYPE_CHECKING:
    from datetime import datetime

    from fake_pypi.index.accounts import AccountState, EmailState, User
    from fake_pypi.index.macaroons import Token
    from fake_pypi.index.projects import Role


class People(Standing):
    """Users and what they may do. Wherever a user is asked for, its name will do; None is the default user."""

    @property
    def token(self) -> Token:
        """An account-wide token of the default user, made at the first use. `.secret` is the string."""
        if self._token is None:
            self._token = self.add_token(description="account-wide")
        return self._token

    def add_user(
        self,
        name: str,
        *,
        email: EmailState = "verified",
        two_factor: bool = True,
        state: AccountState = "active",
    ) -> User:
        """Add a user; a name that is taken is a `UsageError`."""
        return self.index.accounts.add(name, email=email, two_factor=two_factor, state=state)

    def change_user(
        self,
        name: str,
        *,
        email: EmailState | None = None,
        two_factor: bool | None = None,
        state: AccountState | None = None,
    ) -> User:
        """Change what is given about a user: disable it, take its second factor away, unverify its e-mail."""
        return self.index.accounts.change(name, email=email, two_factor=two_factor, state=state)

    def remove_user(self, name: str) -> None:
        """Remove a user with its roles and tokens."""
        self.index.accounts.remove(name)

    def add_token(
        self,
        user: User | str | None = None,
        *,
        projects: Iterable[str] | None = None,
        expires_in: float | None = None,
        not_before_in: float | None = None,
        description: str = "",
    ) -> Token:
        """Make a token: account-wide, or for the named projects only. Times are seconds from now."""
        return self.index.tokens.mint(
            self._user(user),
            projects=projects,
            expires_in=expires_in,
            not_before_in=not_before_in,
            description=description,
        )

    def adopt_token(self, value: str, user: User | str | None = None) -> Token:
        """Accept any text from now on as an account-wide token, for scripts that cannot read ours."""
        return self.index.tokens.adopt(value, self._user(user))

    def revoke(self, token: Token | str) -> None:
        """Delete a token; whoever uses it from now on is unknown."""
        self.index.tokens.revoke(token)

    def last_used(self, token: Token) -> datetime | None:
        """Return when a token was last used, by the index's clock; None if it never did, or is gone."""
        return self.index.tokens.last_used(token)

    def add_project(self, name: str, *, owner: User | str | None = None, role: Role = "Owner") -> None:
        """Register a project without a release; of a project that is there, give somebody a role."""
        user = self._user(owner)
        if self.index.projects.get(name) is None:
            self.index.projects.create(name, user, role, sender=user.name)
        else:
            self.index.projects.add_role(name, user, role)

    def remove_role(self, project: str, user: User | str) -> None:
        """Take somebody's role in a project away; a `NotFound` tells who has one."""
        self.index.projects.remove_role(project, self._user(user))

    def add_organization(
        self,
        name: str,
        *,
        project: str,
        active: bool = True,
        type: str = "Community",
        members: Mapping[str, str] | None = None,
    ) -> None:
        """Let an organization own a project. `members` gives users their role in it, as {"bob": "manager"}."""
        self.index.projects.add_organization(name, project=project, active=active, type=type)
        for member, role in (members or {}).items():
            self.index.projects.add_organization_role(name, self._user(member), role)
