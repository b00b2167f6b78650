"""Stand-ins for the services that PyPI asks about passwords, e-mail addresses and the owners of repositories."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fake_pypi.fixed_attributes import FixedAttributes

DISPOSABLE_DOMAINS = frozenset(
    {"10minutemail.com", "guerrillamail.com", "mailinator.com", "trashmail.com", "yopmail.com"}
)
"""A few domains of disposable addresses; PyPI's list has thousands (disposable-email-domains)."""

GitHubProblem = Literal["unknown", "rate-limited", "error", "offline", "timeout"]
"""Why GitHub did not name an owner: there is none of that name, or GitHub did not answer as usual."""
GITHUB_PROBLEMS: dict[str, GitHubProblem] = {
    "nonexist": "unknown",
    "ratelimited": "rate-limited",
    "broken": "error",
    "offline": "offline",
    "slow": "timeout",
}
"""What the names of owners begin with that the stand-in for GitHub does not know."""


@dataclass(frozen=True)
class GitHubOwner:
    """A user or organization on GitHub: its name as GitHub writes it, and its number."""

    login: str
    id: str


def number_of(name: str) -> str:
    """Return a number for a name, always the same: what GitHub would call its id.

    >>> number_of("octo") == number_of("Octo")
    True
    """
    return str(int(hashlib.sha256(name.lower().encode()).hexdigest()[:7], 16))


def _github_owner(name: str) -> GitHubOwner | GitHubProblem:
    login = name.lower()
    for start, problem in GITHUB_PROBLEMS.items():
        if login.startswith(start):
            return problem
    return GitHubOwner(login, number_of(login))


class LookUps(FixedAttributes):
    """What an index asks instead of services on the internet. Each attribute is a function that can be replaced.

    >>> look_ups = LookUps()
    >>> look_ups.is_breached("Breached 1234")
    True
    >>> look_ups.is_breached = lambda password: password == "letmein"
    >>> look_ups.is_breached("Breached 1234")
    False
    """

    def __init__(self) -> None:
        self.is_breached: Callable[[str], bool] = lambda password: password.startswith("Breached")
        """Whether a password is known from a security breach (haveibeenpwned.com)."""
        self.accepts_mail: Callable[[str], bool] = lambda domain: not domain.startswith("nomx.")
        """Whether e-mail can be delivered to a domain (DNS)."""
        self.is_disposable: Callable[[str], bool] = DISPOSABLE_DOMAINS.__contains__
        """Whether a domain is one of disposable addresses."""
        self.captcha: Callable[[str], bool] | None = None
        """Whether the answer to a captcha is right (hCaptcha); None switches captchas off."""
        self.github_owner: Callable[[str], GitHubOwner | GitHubProblem] = _github_owner
        """The owner of that name on GitHub (api.github.com), or why there is none."""
        self.activestate_organization: Callable[[str], bool] = lambda name: not name.startswith("nonexist")
        """Whether there is an organization of that name on ActiveState (platform.activestate.com)."""
        self.activestate_actor: Callable[[str], str | None] = lambda name: None if name.startswith("nonexist") else name
        """The id of the user of that name on ActiveState, or None."""
