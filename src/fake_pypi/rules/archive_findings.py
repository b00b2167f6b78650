"""What was found in an archive, and how a rule repeats it.

The archive is read once, by `zip_archive` or `tar_archive`, which note their findings under the id of the
rule that words them. So a rule that is left out changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fake_pypi.index import Index
from fake_pypi.rules.rule_set import Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.rules.upload import Upload
    from fake_pypi.rules.zip_members import ZipMembers

Found = dict[str, Mapping[str, Any]]
"""Facts for a rule's words, by the id of the rule."""
Rank = tuple[int, ...]


@dataclass
class Archive:
    """An archive that was read once. `top` is the folder that all members of an sdist share.

    `members` are those of a zip archive, `names` those of a tar archive that rules ask for, `tops` the names at
    the top of a tar archive. `places` has the names of the members that a rule rejects, each with its rank:
    PyPI answers for the smallest.
    """

    found: Found = field(default_factory=dict)
    members: ZipMembers | None = None
    names: set[str] = field(default_factory=set)
    top: str | None = None
    tops: dict[str, None] = field(default_factory=dict)
    places: dict[str, list[tuple[Rank, str]]] = field(default_factory=dict)

    def note(self, rule: str, member: str, rank: Rank = ()) -> None:
        """Note that a rule, by its id, rejects a member."""
        self.found.setdefault(rule, {})
        self.places.setdefault(rule, []).append((rank, member))

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

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Return what was found in the archive under the rule's id, with the members that it was found in."""
        if upload.archive is None or self.id not in upload.archive.found:
            return None
        places = upload.archive.places.get(self.id, [])
        members = tuple(dict.fromkeys(member for _, member in places))
        rank = min((rank for rank, _ in places), default=())
        return Rejection(self, dict(upload.archive.found[self.id]), rank=rank, members=members)


class MemberRule(ArchiveRule):
    """A rule about a single member. Of several members PyPI answers for the first, whichever rule rejects it."""

    together = "members"
