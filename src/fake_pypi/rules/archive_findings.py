"""What was found in an archive, and how a rule repeats it.

The archive is read once, by `zip_archive` or `tar_archive`, which note their findings under the id of the
rule that words them. So a rule that is left out changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fake_pypi.index import Index
from fake_pypi.rules.book import Rule, Stop

if TYPE_CHECKING:
    from fake_pypi.rules.upload import Upload
    from fake_pypi.rules.zip_members import ZipMembers

Found = dict[str, Mapping[str, Any]]
"""Facts for a rule's words, by the id of the rule."""


@dataclass
class Archive:
    """An archive that was read once. `top` is the folder that all members of an sdist share.

    `members` are those of a zip archive, `names` those of a tar archive that rules ask for.
    """

    found: Found = field(default_factory=dict)
    members: ZipMembers | None = None
    names: set[str] = field(default_factory=set)
    top: str | None = None

    def has(self, name: str) -> bool:
        """Whether there is a member of that name."""
        return name in self.names if self.members is None else name in self.members

    @property
    def broken(self) -> bool:
        """Whether it could not be read to its end."""
        return not CANNOT_BE_READ.isdisjoint(self.found)


CANNOT_BE_READ = frozenset(
    {
        "unreadable-archive",
        "encrypted-member",
        "archive-breaks-pypi",
        "archive-breaks-connection",
        "archive-exhausts-pypi",
    }
)


class ArchiveRule(Rule):
    """A rule about the archive itself: it says no when something was found under its id."""

    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Repeat what was found in the archive."""
        facts = None if upload.archive is None else upload.archive.found.get(self.id)
        return None if facts is None else self.stop(**facts)
