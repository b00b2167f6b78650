"""Endpoints about users and their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.fake.control.pairs import index_of
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.index.accounts import AccountState
from fake_pypi.index.emails import EmailState
from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import Name, Seconds, Text

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.macaroons import Token

ENDPOINTS = EndpointTable()
SITE = "/indexes/{indexes}/{site}"


@dataclass(frozen=True)
class AccountSummary:
    """A user account. `email` is the state of its addresses."""

    name: str
    full_name: str
    email: EmailState
    two_factor: bool
    state: AccountState
    created: datetime
    last_login: datetime | None


@dataclass(frozen=True)
class TokenSummary:
    """An API token, without its secret. `projects` null: every project of the account."""

    id: str
    description: str
    user: str
    projects: list[str] | None
    created: datetime
    last_used: datetime | None


@dataclass(frozen=True)
class NewToken:
    """An API token that was created. `secret` is what a client sends as password, with the user name `__token__`."""

    id: str
    secret: str
    description: str
    user: str
    projects: list[str] | None


@dataclass(frozen=True)
class TotpCode:
    """The code that an authentication application shows now."""

    code: str


@dataclass(frozen=True)
class SessionCookies:
    """The cookies of a session in the web site."""

    cookies: dict[str, str]


def _account(user: User) -> AccountSummary:
    return AccountSummary(
        user.name,
        user.full_name,
        user.email,
        user.two_factor,
        user.state,
        _moment(user.created),
        None if user.last_login is None else _moment(user.last_login),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _new_token(token: Token) -> NewToken:
    projects = None if token.projects is None else list(token.projects)
    return NewToken(token.id, token.secret, token.description, token.user, projects)


@ENDPOINTS.add("GET", f"{SITE}/users", subject=index_of)
def list_users(pypi: FakePyPI) -> list[AccountSummary]:
    """List the users."""
    return [_account(user) for user in pypi.index.accounts.all()]


@ENDPOINTS.add("POST", f"{SITE}/users", subject=index_of, status=201)
def add_user(
    pypi: FakePyPI,
    *,
    name: Name,
    email: EmailState = "verified",
    two_factor: bool = True,
    state: AccountState = "active",
    password: Text | None = None,
) -> AccountSummary:
    """Add a user. With a `password`, which may be a weak one, the user can log in to the web site."""
    return _account(pypi.add_user(name, email=email, two_factor=two_factor, state=state, password=password))


@ENDPOINTS.add("GET", f"{SITE}/users/{{user}}", subject=index_of)
def show_user(pypi: FakePyPI, *, user: str) -> AccountSummary:
    """Show a user."""
    return _account(pypi.users.resolve(user))


@ENDPOINTS.add("PATCH", f"{SITE}/users/{{user}}", subject=index_of)
def change_user(
    pypi: FakePyPI,
    *,
    user: str,
    email: EmailState | None = None,
    two_factor: bool | None = None,
    state: AccountState | None = None,
) -> AccountSummary:
    """Change what is given of a user: disable it, remove its second factor, make its address unverified."""
    return _account(pypi.change_user(user, email=email, two_factor=two_factor, state=state))


@ENDPOINTS.add("DELETE", f"{SITE}/users/{{user}}", subject=index_of, status=204)
def remove_user(pypi: FakePyPI, *, user: str) -> None:
    """Remove a user with its roles and tokens."""
    pypi.remove_user(user)


@ENDPOINTS.add("GET", f"{SITE}/users/{{user}}/totp", subject=index_of)
def show_totp_code(pypi: FakePyPI, *, user: str) -> TotpCode:
    """Show the code that the user's authentication application shows now."""
    code = pypi.totp(user)
    if not code:
        raise UsageError(f"{user} has no authentication application", "set one up at /manage/account/totp-provision")
    return TotpCode(code)


@ENDPOINTS.add("POST", f"{SITE}/users/{{user}}/log-in", subject=index_of, status=201)
def log_in(pypi: FakePyPI, *, user: str) -> SessionCookies:
    """Log a user in to the web site without password and second factor, and return the cookies of the session."""
    return SessionCookies(pypi.log_in(user))


@ENDPOINTS.add("GET", f"{SITE}/users/{{user}}/tokens", subject=index_of)
def list_tokens(pypi: FakePyPI, *, user: str) -> list[TokenSummary]:
    """List the tokens of a user, the newest first, without their secrets."""
    return [
        TokenSummary(
            token.id,
            token.description,
            user,
            None if token.projects is None else list(token.projects),
            _moment(token.created),
            None if token.last_used is None else _moment(token.last_used),
        )
        for token in pypi.index.tokens.of(pypi.users.resolve(user))
    ]


def _require_tokens(pypi: FakePyPI) -> None:
    if not pypi.site.has_tokens:
        raise UsageError(f"{pypi.site.title} has no API tokens", "use a user name and a password")


@ENDPOINTS.add("POST", f"{SITE}/tokens", subject=index_of, status=201)
def create_token(
    pypi: FakePyPI,
    *,
    user: str | None = None,
    projects: list[str] | None = None,
    expires_in: Seconds | None = None,
    not_before_in: Seconds | None = None,
    description: str = "",
) -> NewToken:
    """Create a token, of the default user if none is named.

    It is account-wide, or for `projects` only. Times are seconds from now on the clock of the index.
    """
    _require_tokens(pypi)
    times = {"expires_in": expires_in, "not_before_in": not_before_in}
    return _new_token(pypi.add_token(user, projects=projects, description=description, **times))


@ENDPOINTS.add("POST", f"{SITE}/tokens/adopt", subject=index_of, status=201)
def adopt_token(pypi: FakePyPI, *, secret: Text, user: str | None = None) -> NewToken:
    """Accept any text from now on as an account-wide token, also after a reset."""
    _require_tokens(pypi)
    return _new_token(pypi.adopt_token(secret, user))


@ENDPOINTS.add("POST", f"{SITE}/tokens/revoke", subject=index_of, status=204)
def revoke_token(pypi: FakePyPI, *, token: Text) -> None:
    """Remove a token, given as its id or its secret."""
    pypi.revoke(token)
