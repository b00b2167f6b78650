"""What one client needs to be told: a value, so that the list of clients can be read as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Address:
    """One index at its plain-HTTP address, with the token that may upload there (kept out of the repr).

    >>> Address("http://127.0.0.1:8080").upload_url
    'http://127.0.0.1:8080/legacy/'
    """

    url: str
    token: str = field(default="", repr=False)

    @property
    def upload_url(self) -> str:
        """Where files are posted."""
        return f"{self.url.rstrip('/')}/legacy/"

    @property
    def simple_url(self) -> str:
        """Where installers look."""
        return f"{self.url.rstrip('/')}/simple/"


@dataclass(frozen=True)
class Client:
    """A tool that talks to an index.

    `deny` are the beginnings of the user's own variables that never come into a shell (settings, credentials,
    caches of this tool). `set` are the variables that it needs inside; `{caches}`, `{home}` and `{devnull}` are
    filled in. `plain_http` words the tool's environment for an
    index at a plain-HTTP address, or is the reason why this tool cannot be told; `limits` says what a tool
    that can be told still cannot do that way; `two_indexes` words it for both at once, where that works.

    Where HOME stays the user's, `wired` are the variables that name settings of our own instead of the user's, with
    `{settings}` for their folder; `empty_files` are made in that folder; `config_entries` are the names of the user's
    settings of this tool below XDG_CONFIG_HOME, which are left out there.

    >>> Client("pip", deny=("PIP_",), set={"PIP_CACHE_DIR": "{caches}/pip"}).name
    'pip'
    """

    name: str
    deny: tuple[str, ...] = ()
    set: Mapping[str, str] = field(default_factory=dict)
    plain_http: Callable[[Address], dict[str, str]] | str = "it takes its addresses on the command line"
    limits: str = ""
    two_indexes: Callable[[Address, Address], dict[str, str]] | None = None
    wired: Mapping[str, str] = field(default_factory=dict)
    empty_files: tuple[str, ...] = ()
    config_entries: tuple[str, ...] = ()
