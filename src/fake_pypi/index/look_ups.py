"""Stand-ins for the services that PyPI asks about passwords and e-mail addresses."""

from __future__ import annotations

from collections.abc import Callable

from fake_pypi.fixed_attributes import FixedAttributes

DISPOSABLE_DOMAINS = frozenset(
    {"10minutemail.com", "guerrillamail.com", "mailinator.com", "trashmail.com", "yopmail.com"}
)
"""A few domains of disposable addresses; PyPI's list has thousands (disposable-email-domains)."""


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
