"""Compare two builds of the same source: whether they have the same bytes, and if not, which members differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fake_pypi.rehearsal.archive_members import MemberOfArchive, digests_of, members_of

SHOWN = 3
"""Most members in one warning."""
RECORDED = (("modified", "times of modification"), ("mode", "permissions"), ("owner", "owners"))


def compare_builds(first: Sequence[Path], second: Path) -> list[str]:
    """Return a warning for each file of a build that a second build, in the folder `second`, made differently."""
    warnings = []
    for file in first:
        other = second / file.name
        if not other.is_file():
            warnings.append(f"{file.name} is not reproducible: a second build made no file of this name")
        elif file.read_bytes() != other.read_bytes():
            warnings.append(
                f"{file.name} is not reproducible: a second build with the same SOURCE_DATE_EPOCH differs in "
                f"{'; '.join(differences(file, other))}"
            )
    return warnings


def differences(file: Path, other: Path) -> list[str]:
    """Return what differs between two archives, in words."""
    members = {member.name: member for member in members_of(file)}
    others = {member.name: member for member in members_of(other)}
    added = sorted(members.keys() ^ others.keys())
    if added:
        return [f"the list of its members ({_listed(added)})"]
    digests, other_digests = digests_of(file), digests_of(other)
    changed = sorted(name for name in digests if digests[name] != other_digests.get(name))
    # RECORD has the digests of all others, so it differs with them.
    content = [name for name in changed if not name.endswith(".dist-info/RECORD")] or changed
    lines = [f"the content of {_listed(content)}"] if content else []
    lines += [f"{words} of {_listed(names)}" for words, names in _recorded(members, others) if names]
    if not lines and list(members) != list(others):
        lines = ["the order of its members"]
    return lines or ["the header of its compression, as the time in a gzip file"]


def _recorded(
    members: Mapping[str, MemberOfArchive], others: Mapping[str, MemberOfArchive]
) -> Iterator[tuple[str, list[str]]]:
    for attribute, words in RECORDED:
        yield words, [name for name in members if getattr(members[name], attribute) != getattr(others[name], attribute)]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
