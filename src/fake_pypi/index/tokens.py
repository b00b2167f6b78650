"""API tokens: real macaroons, made and verified as on PyPI."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index import caveats, macaroons
from fake_pypi.index.accounts import Accounts, User
from fake_pypi.index.clock import Clock
from fake_pypi.index.credentials import Credentials
from fake_pypi.index.database import Database
from fake_pypi.index.macaroons import Token
from fake_pypi.index.names import normalized
from fake_pypi.index.projects import ProjectRow
from fake_pypi.index.publishers import Publisher, Publishers
from fake_pypi.index.sender import NOBODY, Sender

if TYPE_CHECKING:
    import sqlite3

TRUSTED_SECONDS = 900


class Tokens:
    """The tokens of one index. `domain` is written into each as its location.

    >>> from fake_pypi.index import Index
    >>> index = Index()
    >>> token = index.tokens.mint(index.accounts.add("alice"), description="for CI")
    >>> index.tokens.identify(f"Bearer {token.secret}").name
    'alice'
    """

    def __init__(self, db: Database, clock: Clock, domain: str) -> None:
        self._db = db
        self._clock = clock
        self._domain = domain
        self._accounts = Accounts(db, clock)
        self._publishers = Publishers(db, clock)

    def mint(
        self,
        user: User,
        *,
        projects: Iterable[str] | None = None,
        expires_in: float | None = None,
        not_before_in: float | None = None,
        description: str = "",
    ) -> Token:
        """Make a token of a user's: for every project of the account, or for those that are named.

        `expires_in` and `not_before_in` are seconds from now. A project that does not exist is `NotFound`.
        """
        named = None if projects is None else [self._project(name) for name in projects]
        if named is None:
            scope = [caveats.written(caveats.USER, user.id)]
        else:
            scope = [
                caveats.written(caveats.PROJECT_NAMES, [each["normalized"] for each in named]),
                caveats.written(caveats.PROJECT_IDS, [each["id"] for each in named]),
            ]
        names = None if named is None else tuple(each["name"] for each in named)
        kept = self._keep(scope, description, names, user=user.id)
        secret = macaroons.sealed(self._domain, kept["id"], kept["key"], scope)
        token = Token(kept["id"], secret, description, user.name, names)
        return self.attenuate(token, expires_in=expires_in, not_before_in=not_before_in)

    def mint_for_publisher(self, publisher: Publisher, claims: dict[str, Any], *, stored: bool = True) -> Token:
        """Make the token of 900 seconds that trusted publishing hands out, for the publisher's projects.

        `claims` is what the index remembers of the job. `stored` False makes a token that nobody will know.
        """
        now = int(self._clock.timestamp())
        description = f"OpenID token: {publisher} ({self._clock.now():%Y-%m-%dT%H:%M:%S})"
        scope = [
            caveats.written(caveats.PUBLISHER, publisher.id),
            caveats.written(caveats.PROJECT_IDS, list(publisher.projects)),
            caveats.written(caveats.EXPIRATION, now + TRUSTED_SECONDS, now),
        ]
        if not stored:
            secret = macaroons.sealed(self._domain, str(uuid.uuid4()), secrets.token_bytes(32), scope)
            return Token("", secret, description)
        kept = self._keep(scope, description, None, publisher=publisher.id, claims=json.dumps(claims))
        return Token(kept["id"], macaroons.sealed(self._domain, kept["id"], kept["key"], scope), description)

    def attenuate(
        self,
        token: Token,
        *,
        projects: Iterable[str] | None = None,
        expires_in: float | None = None,
        not_before_in: float | None = None,
    ) -> Token:
        """Narrow a token down as its holder may: to some projects, to a span of time (seconds from now)."""
        more = []
        if projects is not None:
            more.append(caveats.written(caveats.PROJECT_NAMES, [normalized(name) for name in projects]))
        if expires_in is not None or not_before_in is not None:
            now = int(self._clock.timestamp())
            end = 2**53 if expires_in is None else now + int(expires_in)
            more.append(caveats.written(caveats.EXPIRATION, end, now + int(not_before_in or 0)))
        return token.attenuated(*more) if more else token

    def adopt(self, value: str, user: User, description: str = "") -> Token:
        """Accept any text from now on as an account-wide token of that user."""
        if not value.strip():
            raise UsageError("a token cannot be empty", "name a text that the client will send")
        known = self._adopted(value)
        if known is not None:
            self.revoke(known["id"])
        kept = self._keep([], description, None, user=user.id, key=_digest(value), adopted=1)
        return Token(kept["id"], value, description, user.name)

    def revoke(self, token: Token | str) -> None:
        """Delete a token, named by itself, its id or its secret; `NotFound` if the index has none such."""
        wanted = token.id if isinstance(token, Token) else token
        row = self._row(wanted) or self._found(wanted)
        if row is None:
            ids = [each["id"] for each in self._db.rows("SELECT id FROM tokens")]
            raise NotFound("token", "with that id", ids)
        self._db.change("DELETE FROM tokens WHERE id = ?", row["id"])

    def burn(self, secret: str) -> str:
        """Delete a trusted publisher's token that its holder has no more use for.

        Return "" when that is done, else what is wrong with the token: only a real one may be burnt.
        """
        row = self._row(macaroons.identifier_in(secret) or "")
        if row is None or not macaroons.signature_holds(secret, row["key"]):
            return "invalid token"
        if row["publisher"] is None:
            return "not a trusted publishing token"
        self._db.change("DELETE FROM tokens WHERE id = ?", row["id"])
        return ""

    def last_used(self, token: Token) -> datetime | None:
        """Return when the token last opened the door, or None."""
        row = self._row(token.id)
        seconds = None if row is None else row["last_used"]
        return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)

    def identify(self, authorization: str | None) -> Sender:
        """Say who sent an `Authorization` header. Garbage of any kind is nobody, never an error."""
        credentials = Credentials.of(authorization)
        if credentials.password:
            return Sender(problem="password")
        if credentials.token is None:
            return NOBODY
        row = self._found(credentials.token)
        user = None if row is None else self._accounts.by_id(row["user"] or "")
        publisher = None if row is None else self._publishers.by_id(row["publisher"] or "")
        if row is None or (user is None and publisher is None) or (user is not None and not user.may_sign_in):
            return Sender(problem="unknown")
        return Sender(user, publisher, token_id=row["id"], raw=credentials.token)

    def problems(self, sender: Sender, project_name: str, project: ProjectRow | None) -> str | None:
        """Return what is wrong with the sender's token for a project, in PyPI's words, or None.

        `project` is None for a project that this upload would create. Each caveat that does not hold says
        its sentence: first those written into the token, then the copies that the server kept.
        """
        row = self._row(sender.token_id or "")
        if row is None:
            return "unknown error"
        situation = self._situation(sender, project_name, project)
        kept = json.loads(row["caveats"])
        if not row["adopted"]:
            said = macaroons.objections(sender.raw, row["key"], kept, lambda text: caveats.objection(text, situation))
            if said:
                return ", ".join(said)
        self._db.change("UPDATE tokens SET last_used = ? WHERE id = ?", self._clock.timestamp(), row["id"])
        return None

    def _situation(self, sender: Sender, name: str, project: ProjectRow | None) -> caveats.Situation:
        return caveats.Situation(
            now=int(self._clock.timestamp()),
            project_name=project.name if project else name,
            project_normalized=normalized(project.name if project else name),
            project_id=project.id if project else "",
            user_id=sender.user.id if sender.user else None,
            publisher_id=sender.publisher.id if sender.publisher else None,
            publisher_projects=sender.publisher.projects if sender.publisher else (),
        )

    def _project(self, name: str) -> sqlite3.Row:
        row = self._db.row("SELECT id, name, normalized FROM projects WHERE normalized = ?", normalized(name))
        if row is None:
            there = self._db.rows("SELECT name FROM projects ORDER BY normalized")
            raise NotFound("project", name, [each["name"] for each in there])
        return row

    def _keep(
        self, scope: list[str], description: str, projects: tuple[str, ...] | None, **columns: Any
    ) -> dict[str, Any]:
        kept = {
            "id": str(uuid.uuid4()),
            "key": secrets.token_bytes(32),
            "description": description,
            "projects": None if projects is None else json.dumps(projects),
            "created": self._clock.timestamp(),
            "caveats": json.dumps(scope),
            **columns,
        }
        self._db.insert("tokens", **kept)
        return kept

    def _row(self, token_id: str) -> sqlite3.Row | None:
        return self._db.row("SELECT * FROM tokens WHERE id = ?", token_id)

    def _found(self, secret: str) -> sqlite3.Row | None:
        """Return the token that a secret names, whether or not its signature holds."""
        return self._adopted(secret) or self._row(macaroons.identifier_in(secret) or "")

    def _adopted(self, secret: str) -> sqlite3.Row | None:
        # A digest may be compared by the database: what its time tells of it says nothing of the text behind it.
        return self._db.row("SELECT * FROM tokens WHERE key = ? AND adopted = 1", _digest(secret))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.strip().encode("utf-8", errors="surrogateescape")).digest()
