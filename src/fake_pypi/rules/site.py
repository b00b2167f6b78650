"""The state of the whole site: nobody may upload while its people have switched uploads off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.book import Example, Rule, Stop

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload


class ReadOnly(Rule):
    """The whole site is read-only, as during maintenance of its database. Nobody can upload anything.

    PyPI announces this on its status page. The same command works again later.
    """

    id = "read-only"
    status = 403
    says = "Read-only mode: Uploads are temporarily disabled."
    do = "Wait until the site's status page says that it is over, then upload the same files again."
    source = "recorded case flags/read-only-no-auth"
    asks = "whether the site accepts uploads at the moment"

    def check(self, upload: Upload, index: Index) -> Stop | None:
        return self.stop() if index.flags.enabled("read-only") else None

    def example(self) -> Example:
        return Example(wheel("demo"), world=lambda index: index.flags.set("read-only"))


class UploadsDisabled(Rule):
    """The people who run the site have switched uploads off for everybody, as they do during an attack."""

    id = "uploads-disabled"
    status = 403
    says = (
        "New uploads are temporarily disabled. "
        "See https://pypi.org/help/#admin-intervention for more information."
    )
    do = "Wait until the site's status page says that it is over, then upload the same files again."
    source = "recorded case oidc/upload-uploads-disabled"
    asks = "whether the site accepts uploads at the moment"

    def check(self, upload: Upload, index: Index) -> Stop | None:
        return self.stop() if index.flags.enabled("disallow-new-upload") else None

    def example(self) -> Example:
        return Example(wheel("demo"), world=lambda index: index.flags.set("disallow-new-upload"))
