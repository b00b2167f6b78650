"""API tokens: macaroons, created and verified as on PyPI."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index import caveats, macaroons
from fake_pypi.index.accounts import Accounts, User
from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.macaroons import Token
from fake_pypi.index.names import normalized
from fake_pypi.index.projects import ProjectRow
from fake_pypi.index.publishers import Publisher, Publishers
from fake_pypi.index.sender import ANONYMOUS, Credentials, Sender

if TYPE_CHECKING:
    import sqlite3

TRUSTED_SECONDS = 900
# Comparing digests in SQL is safe: how long it takes reveals nothing about the secret.
ADOPTED = "SELECT * FROM tokens WHERE key = ? AND adopted = 1"
OF_SECRET = f"{ADOPTED} UNION ALL SELECT * FROM tokens WHERE id = ? LIMIT 1"  # noqa: S608 - made of constants


@dataclass(frozen=True)
class StoredToken:
    """A token as the account's page lists it, without its secret. Times are seconds since 1970."""

    id: str
    description: str
    projects: tuple[str, ...] | None
    created: float
    last_used: float | None


class Tokens:
    """The tokens of one index. `domain` is the location in each of them.

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
        self._newest: tuple[int, sqlite3.Row | None] = (-1, None)
        """The row of the newest secret that was looked up, and the number of changes before it."""

    def mint(
        self,
        user: User,
        *,
        projects: Iterable[str] | None = None,
        expires_in: float | None = None,
        not_before_in: float | None = None,
        description: str = "",
    ) -> Token:
        """Create a token of a user, for every project of the account or for the named ones.

        `expires_in` and `not_before_in` are seconds from now. A project that does not exist is `NotFound`.
        """
        project_rows = None if projects is None else [self._project(name) for name in projects]
        if project_rows is None:
            caveat_texts = [caveats.serialize(caveats.USER, user.id)]
        else:
            caveat_texts = [
                caveats.serialize(caveats.PROJECT_NAMES, [each["normalized"] for each in project_rows]),
                caveats.serialize(caveats.PROJECT_IDS, [each["id"] for each in project_rows]),
            ]
        names = None if project_rows is None else tuple(each["name"] for each in project_rows)
        row = self._insert(caveat_texts, description, names, user=user.id)
        secret = macaroons.serialize(self._domain, row["id"], row["key"], caveat_texts)
        token = Token(row["id"], secret, description, user.name, names)
        return self.attenuate(token, expires_in=expires_in, not_before_in=not_before_in)

    def mint_for_publisher(self, publisher: Publisher, claims: dict[str, Any], *, stored: bool = True) -> Token:
        """Create the token that trusted publishing returns: valid for 900 seconds and for the publisher's projects.

        `claims` are the claims of the job that the index stores. `stored` False returns a token that is not valid.
        """
        now = int(self._clock.timestamp())
        description = f"OpenID token: {publisher} ({self._clock.now():%Y-%m-%dT%H:%M:%S})"
        caveat_texts = [
            caveats.serialize(caveats.PUBLISHER, publisher.id),
            caveats.serialize(caveats.PROJECT_IDS, list(publisher.projects)),
            caveats.serialize(caveats.EXPIRATION, now + TRUSTED_SECONDS, now),
        ]
        if not stored:
            secret = macaroons.serialize(self._domain, str(uuid.uuid4()), secrets.token_bytes(32), caveat_texts)
            return Token("", secret, description)
        row = self._insert(caveat_texts, description, None, publisher=publisher.id, claims=json.dumps(claims))
        return Token(row["id"], macaroons.serialize(self._domain, row["id"], row["key"], caveat_texts), description)

    def attenuate(
        self,
        token: Token,
        *,
        projects: Iterable[str] | None = None,
        expires_in: float | None = None,
        not_before_in: float | None = None,
    ) -> Token:
        """Return the token restricted, as its holder can do it, to some projects or a period (seconds from now)."""
        added = []
        if projects is not None:
            added.append(caveats.serialize(caveats.PROJECT_NAMES, [normalized(name) for name in projects]))
        if expires_in is not None or not_before_in is not None:
            now = int(self._clock.timestamp())
            end = 2**53 if expires_in is None else now + int(expires_in)
            added.append(caveats.serialize(caveats.EXPIRATION, end, now + int(not_before_in or 0)))
        return token.attenuated(*added) if added else token

    def adopt(self, value: str, user: User, description: str = "") -> Token:
        """Accept any text from now on as an account-wide token of that user."""
        if not value.strip():
            raise UsageError("a token cannot be empty", "name a text that the client will send")
        earlier = self._adopted_row(value)
        if earlier is not None:
            self.revoke(earlier["id"])
        row = self._insert([], description, None, user=user.id, key=_digest(value), adopted=1)
        return Token(row["id"], value, description, user.name)

    def revoke(self, token: Token | str) -> None:
        """Delete a token, given as a `Token`, an id or a secret; `NotFound` if the index does not have it."""
        wanted = token.id if isinstance(token, Token) else token
        row = self._row(wanted) or self._row_of_secret(wanted)
        if row is None:
            ids = [each["id"] for each in self._db.rows("SELECT id FROM tokens")]
            raise NotFound("token", "with that id", ids)
        self._db.change("DELETE FROM tokens WHERE id = ?", row["id"])

    def burn(self, secret: str) -> bool:
        """Delete a trusted publisher's token that its holder does not need any more.

        Return whether it was deleted: only a valid token of a trusted publisher can be.
        """
        row = self._row(macaroons.identifier_of(secret) or "")
        if row is None or row["publisher"] is None or not macaroons.has_valid_signature(secret, row["key"]):
            return False
        self._db.change("DELETE FROM tokens WHERE id = ?", row["id"])
        return True

    def get(self, token: Token | str) -> Token | None:
        """Return a token, given as for `revoke`, without its secret; None if the index does not have it."""
        wanted = token.id if isinstance(token, Token) else token
        row = self._row(wanted) or self._row_of_secret(wanted)
        if row is None:
            return None
        user = self._accounts.by_id(row["user"] or "")
        projects = None if row["projects"] is None else tuple(json.loads(row["projects"]))
        return Token(row["id"], "", row["description"], user.name if user else "", projects)

    def of(self, user: User) -> list[StoredToken]:
        """Return the tokens of a user, the newest first."""
        return [
            StoredToken(
                row["id"],
                row["description"],
                None if row["projects"] is None else tuple(json.loads(row["projects"])),
                row["created"],
                row["last_used"],
            )
            for row in self._db.rows("SELECT * FROM tokens WHERE user = ? ORDER BY rowid DESC", user.id)
        ]

    def record_use(self, token_id: str) -> None:
        """Record that the token is used now."""
        self._db.change("UPDATE tokens SET last_used = ? WHERE id = ?", self._clock.timestamp(), token_id)

    def last_used(self, token: Token) -> datetime | None:
        """Return when the token was last used, or None."""
        row = self._row(token.id)
        seconds = None if row is None else row["last_used"]
        return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)

    def identify(self, authorization: str | None) -> Sender:
        """Return the sender of an `Authorization` header. A malformed one is like a missing one, never an error."""
        credentials = Credentials.of(authorization)
        if credentials.password:
            return Sender(problem="password")
        if credentials.token is None:
            return ANONYMOUS
        row = self._row_of_secret(credentials.token)
        user = None if row is None or row["user"] is None else self._accounts.by_id(row["user"])
        publisher = None if row is None or row["publisher"] is None else self._publishers.by_id(row["publisher"])
        if row is None or (user is None and publisher is None) or (user is not None and not user.may_sign_in):
            return Sender(problem="unknown")
        return Sender(user, publisher, token_id=row["id"], raw=credentials.token)

    def problems(self, sender: Sender, project_name: str, project: ProjectRow | None) -> str | None:
        """Return what is wrong with the sender's token for a project, in PyPI's words, or None.

        `project` is None for a project that this upload would create. There is one message for each caveat
        that does not allow this use: first those in the token, then the copies that the server has.
        """
        row = self._row_of(sender)
        if row is None:
            return "unknown error"
        use = self._use(sender, project_name, project)
        stored_caveats = json.loads(row["caveats"])
        if not row["adopted"]:
            problems = macaroons.verification_problems(
                sender.raw, row["key"], stored_caveats, lambda text: caveats.problem_with(text, use)
            )
            if problems:
                return ", ".join(problems)
        return None

    def _use(self, sender: Sender, name: str, project: ProjectRow | None) -> caveats.TokenUse:
        return caveats.TokenUse(
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
            existing = self._db.rows("SELECT name FROM projects ORDER BY normalized")
            raise NotFound("project", name, [each["name"] for each in existing])
        return row

    def _insert(
        self, caveat_texts: list[str], description: str, projects: tuple[str, ...] | None, **columns: Any
    ) -> dict[str, Any]:
        row = {
            "id": str(uuid.uuid4()),
            "key": secrets.token_bytes(32),
            "description": description,
            "projects": None if projects is None else json.dumps(projects),
            "created": self._clock.timestamp(),
            "caveats": json.dumps(caveat_texts),
            **columns,
        }
        self._db.insert("tokens", **row)
        return row

    def _row_of(self, sender: Sender) -> sqlite3.Row | None:
        """Return the row of a sender's token, which was read when the sender was identified, mostly just before."""
        turn, row = self._newest
        is_present = turn == self._db.turn and row is not None and row["id"] == sender.token_id
        return row if is_present else self._row(sender.token_id or "")

    def _row(self, token_id: str) -> sqlite3.Row | None:
        return self._db.row("SELECT * FROM tokens WHERE id = ?", token_id)

    def _row_of_secret(self, secret: str) -> sqlite3.Row | None:
        """Return the row of the token that a secret identifies, whether or not its signature is valid."""
        turn, identifier = self._db.turn, macaroons.identifier_of(secret)
        digest = _digest(secret)
        row = self._db.row(ADOPTED, digest) if identifier is None else self._db.row(OF_SECRET, digest, identifier)
        self._newest = turn, row
        return row

    def _adopted_row(self, secret: str) -> sqlite3.Row | None:
        return self._db.row(ADOPTED, _digest(secret))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.strip().encode("utf-8", errors="surrogateescape")).digest()
