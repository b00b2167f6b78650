"""The state of an index: accounts, tokens, projects, releases, journal. SQLite, no HTTP.

index = Index()
alice = index.accounts.add("alice")
index.projects.create("hello", alice)
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fake_pypi.index.accounts import Accounts
from fake_pypi.index.admin_settings import Flags, Limits, ProhibitedNames, ProhibitedUserNames
from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.emails import Emails
from fake_pypi.index.history import History
from fake_pypi.index.journal import Journal
from fake_pypi.index.look_ups import LookUps
from fake_pypi.index.projects import Projects
from fake_pypi.index.publishers import Publishers
from fake_pypi.index.rate_limits import RateLimits
from fake_pypi.index.releases import Releases
from fake_pypi.index.second_factors import SecondFactors
from fake_pypi.index.tokens import Tokens
from fake_pypi.sites import PYPI, Site

if TYPE_CHECKING:
    from fake_pypi.index.events import Events
    from fake_pypi.index.invitations import Invitations
    from fake_pypi.index.mailbox import Mailbox
    from fake_pypi.index.passwords import Passwords
    from fake_pypi.index.readmes import Readmes
    from fake_pypi.index.sessions import Devices, Sessions
    from fake_pypi.index.signed_tokens import SignedTokens

__all__ = ["Index"]


class AttestationAuthority(Protocol):
    """An authority whose attestations the index trusts (`rules.session_authority`)."""

    def has_issued(self, attestation: dict[str, Any]) -> bool:
        """Return whether the certificate of an attestation is one of this authority."""

    def problem(self, attestation: dict[str, Any], upload: Any) -> str:
        """Return why its signature does not count for an upload; "" if it does."""


class Index:
    """The state of one index, as that of `site`; it is in memory if `path` is None.

    Every part is a store on the same database; `with index.db.transaction():` joins several changes to one.
    `site_url` is the address that links in e-mails begin with.
    `verify_attestations`: None compares the name and the digest in attestations with the file, True verifies
    signatures too (needs `pypi-attestations`), False checks their format only. Signatures of `attestation_authority`,
    if there is one, are always verified.
    """

    def __init__(
        self, site: Site = PYPI, path: Path | None = None, *, db: Database | None = None, clock: Clock | None = None
    ) -> None:
        self.site = site
        self.site_url = f"https://{site.hosts.index}"
        self.verify_attestations: bool | None = None
        self.attestation_authority: AttestationAuthority | None = None
        self.clock = clock or Clock()
        self.db = db or Database(path)
        self.journal = Journal(self.db, self.clock)
        self.history = History(self.db, self.clock)
        self.flags = Flags(self.db, site.flags)
        self.limits = Limits(self.db)
        self.prohibited_names = ProhibitedNames(self.db)
        self.prohibited_user_names = ProhibitedUserNames(self.db)
        self.look_ups = LookUps()
        self.accounts = Accounts(self.db, self.clock)
        self.emails = Emails(self.db)
        self.second_factors = SecondFactors(self.db, self.clock)
        self.projects = Projects(self.db, self.clock, self.journal)
        self.releases = Releases(self.db, self.clock, self.journal)
        self.publishers = Publishers(self.db, self.clock)
        self.tokens = Tokens(self.db, self.clock, site.token_location)
        self.rate_limits = RateLimits(self.clock, self.limits, site.new_projects)

    # The stores of the web site are imported on first use: it takes 6 ms, and most sessions open no page.

    @cached_property
    def passwords(self) -> Passwords:
        """The password hashes of users."""
        from fake_pypi.index.passwords import Passwords

        return Passwords(self.db, self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions of browsers."""
        from fake_pypi.index.sessions import Sessions

        return Sessions(self.db, self.clock)

    @cached_property
    def devices(self) -> Devices:
        """The devices that users have logged in from."""
        from fake_pypi.index.sessions import Devices

        return Devices(self.db, self.clock)

    @cached_property
    def signed_tokens(self) -> SignedTokens:
        """The signed texts in links and cookies."""
        from fake_pypi.index.signed_tokens import SignedTokens

        return SignedTokens(self.db, self.clock)

    @cached_property
    def mailbox(self) -> Mailbox:
        """The e-mails that the index has sent."""
        from fake_pypi.index.mailbox import Mailbox

        return Mailbox(self.db, self.clock)

    @cached_property
    def events(self) -> Events:
        """The security history of users and projects."""
        from fake_pypi.index.events import Events

        return Events(self.db, self.clock)

    @cached_property
    def invitations(self) -> Invitations:
        """The invitations of users to projects."""
        from fake_pypi.index.invitations import Invitations

        return Invitations(self.db, self.clock)

    @cached_property
    def readmes(self) -> Readmes:
        """The HTML of readmes."""
        from fake_pypi.index.readmes import Readmes

        return Readmes(self.db)

    def imitate(self, site: Site) -> None:
        """Follow the flags and limits of a site from now on: the same site as it was on another day."""
        self.site = site
        self.flags.follow(site.flags)
        self.rate_limits.follow(site.new_projects)

    def as_in(self, db: Database) -> Index:
        """Return an index with another database, such as a copy from `history`; for reading only."""
        return Index(self.site, db=db, clock=self.clock)

    def close(self) -> None:
        """Close the database; an index in memory is gone then."""
        self.db.close()
