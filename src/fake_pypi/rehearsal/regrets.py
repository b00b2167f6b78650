"""What PyPI would take, and people regret: each worth a line, none of it red."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.metadata import UNREADABLE, read_metadata

if TYPE_CHECKING:
    from fake_pypi.rehearsal.release import Release

STRAYS = {"test", "tests", "doc", "docs", "example", "examples", "benchmarks", "scripts", "src"}
"""Top-level names that collide with those of other projects once they are installed."""
COMPILED = re.compile(r"(^|/)__pycache__/|\.py[co]$")
REPOSITORY = re.compile(r"(^|/)\.(git|hg|svn)/")
SECRETS = re.compile(r"(^|/)(\.pypirc|\.netrc|\.env|id_(rsa|dsa|ecdsa|ed25519)|\.aws/credentials|[^/]*\.(p12|pfx))$")
MUST_AGREE = {
    "name": "Name",
    "version": "Version",
    "summary": "Summary",
    "requires_python": "Requires-Python",
    "requires_dist": "Requires-Dist",
    "license_expression": "License-Expression",
}


def regrets(release: Release) -> list[str]:
    """Everything about the files of a release that deserves a second look."""
    return [*_about_description(release), *_about_agreement(release), *_about_files(release)]


def _about_description(release: Release) -> Iterator[str]:
    """A project page without a description says nothing about the project."""
    for fact, effect in {
        "description": "the page on PyPI will be empty (add `readme` to [project])",
        "summary": "search results will show nothing about the project (add `description` to [project])",
    }.items():
        without = [file.name for file in release.files if not _words(file, fact)]
        if without:
            yield f"{' and '.join(without)} {'has' if len(without) == 1 else 'have'} no {fact}: {effect}"


def _about_agreement(release: Release) -> Iterator[str]:
    """Of sdist and wheel PyPI shows whatever came first; installers believe the wheel."""
    for sdist in release.sdists:
        for wheel in release.wheels:
            for fact, header in MUST_AGREE.items():
                if _settled(sdist, fact) and _comparable(sdist, fact) != _comparable(wheel, fact):
                    yield f"{sdist.name} and {wheel.name} disagree about {header}"


def _settled(sdist: Path, fact: str) -> bool:
    """Whether the sdist says it at all: what is dynamic may come out differently in a wheel."""
    dynamic = {each.lower().replace("-", "_") for each in _fact(sdist, "dynamic") or ()}
    return fact not in dynamic and _fact(sdist, "metadata_version") not in {None, "1.0", "1.1", "1.2", "2.1"}


def _comparable(file: Path, fact: str) -> str:
    return "\n".join(sorted(re.sub(r"[\s'\"()]", "", each).lower() for each in _words(file, fact)))


def _about_files(release: Release) -> Iterator[str]:
    for file in release.files:
        names = _names(file)
        kinds: tuple[tuple[str, Callable[[str], object]], ...] = (
            ("compiled files", COMPILED.search),
            ("files of the repository", REPOSITORY.search),
            ("what looks like secrets", SECRETS.search),
        )
        for what, matches in kinds:
            found = [name for name in names if matches(name)]
            if found:
                more = f" and {len(found) - 1} more" if len(found) > 1 else ""
                yield f"{file.name} holds {what}: {found[0]}{more}"
        if file.suffix == ".whl":
            top = {name.partition("/")[0].removesuffix(".py") for name in names}
            for stray in sorted(STRAYS & (top - {release.normalized.replace("-", "_")})):
                yield f"{file.name} installs a top-level {stray!r}, which other projects may do too"


def _names(file: Path) -> list[str]:
    """The names of the members; nothing of an archive that cannot be read: a rule speaks about that."""
    try:
        if file.name.endswith(".tar.gz"):
            with tarfile.open(file) as tar:
                return [member.name for member in tar if not member.isdir()]
        with zipfile.ZipFile(file) as archive:
            return [name for name in archive.namelist() if not name.endswith("/")]
    except UNREADABLE:
        return []


def _fact(file: Path, fact: str) -> str | list[str] | None:
    try:
        metadata = cast("dict[str, str | list[str]]", read_metadata(file))
    except UnreadablePackage:
        return None
    return metadata.get(fact)


def _words(file: Path, fact: str) -> list[str]:
    """What the metadata says under one heading, blank texts left out."""
    value = _fact(file, fact) or []
    texts = value if isinstance(value, list) else [value]
    return [text for text in texts if text.strip()]
