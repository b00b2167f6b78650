"""Accounts that may not upload, and organizations whose projects accept no uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import PULLS
from fake_pypi.rules.identity import may_upload, token_problems
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload


def _account_counts(upload: Upload, index: Index) -> bool:
    """Return whether PyPI checks the account: always for a new name, else if token and role permit the upload."""
    if upload.project is None:
        return True
    return token_problems(upload, index) is None and may_upload(upload.sender, upload.project, index)


def _change_owner(index: Index, **state: Any) -> None:
    index.accounts.change("owner", **state)


class UnverifiedEmail(Rule):
    """The account has no verified primary e-mail address. Other verified addresses do not count.

    PyPI checks this before it registers a new name; for an existing project, after the token and the role.
    """

    id = "unverified-email"
    status = 403
    message_template = (
        "User {user!r}, associated with the API token used, does not have a verified primary email "
        "address. Please add a verified primary email before attempting to upload to PyPI. "
        "See https://pypi.org/help/#verified-email for more information."
    )
    remedy = "Verify the primary address on the account's page, then upload the same files again."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("account/unverified-email-new-project")
    unknown_offline = "whether the account has a verified e-mail address"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        user = upload.sender.user
        if user is None or user.email == "verified" or not _account_counts(upload, index):
            return None
        return self.reject(user=user.name)

    def example(self) -> Example:
        return Example(wheel("demo"), prepare=lambda index: _change_owner(index, email="unverified"))


class NoTwoFactor(Rule):
    """The account has no second factor. PyPI has required one of every account that uploads since 2024.

    PyPI checks this before it registers a new name; for an existing project, after the token and the role.
    """

    id = "no-2fa"
    status = 403
    message_template = (
        "User {user!r}, associated with the API token used, does not have two-factor authentication "
        "enabled. Please enable two-factor authentication before attempting to upload to PyPI. "
        "See https://pypi.org/help/#two-factor-authentication for more information."
    )
    remedy = "Set up an authenticator application or a security key on the account's page."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("account/no-2fa-new-project")
    since = "2024-07-30"
    dated_by = f"{PULLS}/16365"
    unknown_offline = "whether the account has two-factor authentication"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        user = upload.sender.user
        if user is None or user.two_factor or not _account_counts(upload, index):
            return None
        return self.reject(user=user.name)

    def example(self) -> Example:
        return Example(wheel("demo"), prepare=lambda index: _change_owner(index, two_factor=False))


class OrganizationInactive(Rule):
    """The organization that owns the project is inactive, or is a company without paid billing."""

    id = "organization-inactive"
    message_template = (
        "Organization account owning this project is inactive. This may be due to inactive billing for "
        "Company Organizations, or administrator intervention for Community Organizations. "
        "Please contact support+orgs@pypi.org."
    )
    remedy = "Ask the owners of the organization to renew its billing, or to write to PyPI's support."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("status/organization-inactive")
    unknown_offline = "whether the organization that owns the project is in good standing"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        owner = index.projects.organization(upload.project.organization) if upload.project else None
        if owner is None or (owner.active and owner.type != "Company"):
            return None
        return self.reject()

    def example(self) -> Example:
        def owned_by_inactive_organization(index: Index) -> None:
            index.projects.create("demo", index.accounts["owner"])
            index.projects.add_organization("acme", project="demo", active=False)

        return Example(wheel("demo"), prepare=owned_by_inactive_organization)
