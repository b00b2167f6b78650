"""The actor: who carries out an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from fake_pypi.index.sender import Sender

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User


@dataclass(frozen=True)
class Administrator:
    """The administrator of the site, who is allowed everything.

    The Python API, the command line and scenario files act as the administrator unless they name a user.
    """

    address: ClassVar[str] = "127.0.0.1"
    user_agent: ClassVar[str] = ""
    name: ClassVar[str] = ""
    """The name in the journal: none, as no account of the site made the change."""


@dataclass(frozen=True)
class SignedInUser:
    """A user who is signed in to the web site.

    `address` is the IP address of the request, `site_url` the address of the site as the user visits it, with which
    links in e-mails begin ("": the one that the index has for them).
    """

    user: User
    address: str = "127.0.0.1"
    user_agent: str = ""
    site_url: str = ""

    @property
    def name(self) -> str:
        """The name in the journal."""
        return self.user.name


@dataclass(frozen=True)
class Visitor:
    """A person who is not signed in to the web site. `address` and `site_url` are those of `SignedInUser`."""

    address: str = "127.0.0.1"
    user_agent: str = ""
    site_url: str = ""
    name: ClassVar[str] = ""
    """The name in the journal: none."""


ADMINISTRATOR = Administrator()

Actor = Administrator | SignedInUser | Visitor | Sender
"""Who carries out an operation. A `Sender` is a request with an API token, of a user or of a trusted publisher."""
