"""The book of PyPI: every rule, once, in the order in which the real server asks.

The first rule that says no decides, so a rule may rely on every rule above it.
"""

from __future__ import annotations

from fake_pypi.rules import account, identity, site
from fake_pypi.rules.book import Rule, RuleBook

SITE_AND_SENDER: tuple[Rule, ...] = (
    site.ReadOnly(),
    site.UploadsDisabled(),
    identity.PasswordNotSupported(),
    identity.NoCredentials(),
    identity.UnknownToken(),
)
REQUEST: tuple[Rule, ...] = ()
METADATA: tuple[Rule, ...] = ()
PROJECT: tuple[Rule, ...] = (
    identity.PublisherCannotCreate(),
    account.UnverifiedEmail(),
    account.NoTwoFactor(),
)
PERMISSION: tuple[Rule, ...] = (
    identity.InvalidToken(),
    identity.NotAllowed(),
    account.OrganizationInactive(),
)
DESCRIPTION: tuple[Rule, ...] = ()
FILENAME: tuple[Rule, ...] = ()
SIZE_AND_DIGEST: tuple[Rule, ...] = ()
RELEASE: tuple[Rule, ...] = ()
ARCHIVE: tuple[Rule, ...] = ()
WHEEL: tuple[Rule, ...] = ()
ATTESTATION: tuple[Rule, ...] = ()

PYPI = RuleBook(
    (
        *SITE_AND_SENDER,
        *REQUEST,
        *METADATA,
        *PROJECT,
        *PERMISSION,
        *DESCRIPTION,
        *FILENAME,
        *SIZE_AND_DIGEST,
        *RELEASE,
        *ARCHIVE,
        *WHEEL,
        *ATTESTATION,
    )
)
