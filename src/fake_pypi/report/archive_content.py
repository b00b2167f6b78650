"""What a report says about a distribution file: size, digests, members, metadata."""

from __future__ import annotations

import tarfile
import zipfile
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import cast

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.distribution_metadata import UNREADABLE, read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.report.report_content import ArchiveMember, FileReport

MOST_MEMBERS = 1_000
"""Members of an archive that a report lists."""
MOST_COUNTED = 100_000
"""Members of a tar archive that are counted: each one is unpacked for that."""


def file_report(path: Path, *, uploaded: datetime | None = None, uploader: str = "") -> FileReport:
    """Return what a report says about a file; a broken archive has a `problem` instead of members and metadata."""
    package = Package.at(path)
    problems: list[str] = []
    try:
        members, count = _members(path)
    except UNREADABLE as error:
        members, count = (), 0
        problems.append(f"the archive cannot be read: {error}")
    try:
        metadata = _metadata(path)
    except UnreadablePackage as error:
        metadata = {}
        problems.append(error.explanation)
    return FileReport(
        filename=path.name,
        kind=package.filetype,
        size=package.size,
        sha256=package.sha256,
        blake2_256=package.blake2_256,
        members=members,
        member_count=count,
        metadata=metadata,
        problem="; ".join(problems),
        uploaded=uploaded,
        uploader=uploader,
    )


def _members(path: Path) -> tuple[tuple[ArchiveMember, ...], int]:
    """Return the first members, and the number of all."""
    if path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            files = (member for member in archive if not member.isdir())
            listed = tuple(ArchiveMember(member.name, member.size) for member in islice(files, MOST_MEMBERS))
            return listed, len(listed) + sum(1 for _ in islice(files, MOST_COUNTED))
    with zipfile.ZipFile(path) as zipped:
        entries = [entry for entry in zipped.infolist() if not entry.is_dir()]
        listed = tuple(ArchiveMember(entry.filename, entry.file_size) for entry in entries[:MOST_MEMBERS])
        return listed, len(entries)


def _metadata(path: Path) -> dict[str, list[str]]:
    """Return the fields of the core metadata, each as a list of texts."""
    fields: dict[str, list[str]] = {}
    for name, value in cast("dict[str, str | list[str] | dict[str, str]]", read_metadata(path)).items():
        if name == "description":
            continue
        if isinstance(value, dict):
            fields[name] = [f"{label}, {address}" for label, address in value.items()]
        else:
            fields[name] = [value] if isinstance(value, str) else list(value)
    return fields
