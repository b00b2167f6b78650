"""Flags of the site with which its administrators disable uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload


class ReadOnly(Rule):
    """The whole site is read-only, as during maintenance of its database.

    PyPI announces this on its status page. The same command works again later.
    """

    id = "read-only"
    status = 403
    message_template = "Read-only mode: Uploads are temporarily disabled."
    remedy = "Wait until the site's status page reports the end, then upload the same files again."
    source = warehouse("forklift/decorators.py", "ensure_uploads_allowed")
    recorded = cases("flags/read-only-no-auth")
    unknown_offline = "whether the site accepts uploads at the moment"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if index.flags.enabled("read-only") else None

    def example(self) -> Example:
        return Example(wheel("demo"), prepare=lambda index: index.flags.set("read-only"))


class UploadsDisabled(Rule):
    """The administrators of the site have disabled all uploads, as they do during an attack."""

    id = "uploads-disabled"
    status = 403
    message_template = (
        "New uploads are temporarily disabled. See https://pypi.org/help/#admin-intervention for more information."
    )
    remedy = "Wait until the site's status page reports the end, then upload the same files again."
    source = warehouse("forklift/decorators.py", "ensure_uploads_allowed")
    recorded = cases("oidc/upload-uploads-disabled")
    unknown_offline = "whether the site accepts uploads at the moment"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if index.flags.enabled("disallow-new-upload") else None

    def example(self) -> Example:
        return Example(wheel("demo"), prepare=lambda index: index.flags.set("disallow-new-upload"))
