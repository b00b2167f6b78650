"""Find probable errors in files that PyPI would accept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.rehearsal.archive_members import members_of
from fake_pypi.rehearsal.extras import broken_extras
from fake_pypi.rehearsal.readme_page import ReadmePage

if TYPE_CHECKING:
    from fake_pypi.rehearsal.built_release import BuiltRelease

COMMON_NAMES = {"test", "tests", "doc", "docs", "example", "examples", "benchmarks", "scripts", "src"}
"""Top-level names that collide with those of other projects once they are installed."""
COMPILED = re.compile(r"(^|/)__pycache__/|\.py[co]$")
REPOSITORY = re.compile(r"(^|/)\.(git|hg|svn)/")
SECRETS = re.compile(r"(^|/)(\.pypirc|\.netrc|\.env|id_(rsa|dsa|ecdsa|ed25519)|\.aws/credentials|[^/]*\.(p12|pfx))$")
FIXTURES = re.compile(r"(^|/)(fixtures?|test_?data)/")
"""Folders of tests, whose files only look like secrets."""
COMPARED_FIELDS = {
    "name": "Name",
    "version": "Version",
    "summary": "Summary",
    "requires_python": "Requires-Python",
    "requires_dist": "Requires-Dist",
    "license_expression": "License-Expression",
}


def lint(release: BuiltRelease) -> list[str]:
    """Return the warnings about the files of a release."""
    return [
        *_missing_descriptions(release),
        *ReadmePage.of(release).warnings,
        *broken_extras(release),
        *_disagreements(release),
        *_suspicious_files(release),
    ]


def _missing_descriptions(release: BuiltRelease) -> Iterator[str]:
    """Yield a warning if the description or the summary is missing in the metadata."""
    for field, effect in {
        "description": "the page on PyPI will be empty (set `readme` in [project])",
        "summary": "search results will not describe the project (set `description` in [project])",
    }.items():
        filenames = [file.name for file in release.files if not _texts(file, field)]
        if filenames:
            yield f"{' and '.join(filenames)} {'has' if len(filenames) == 1 else 'have'} no {field}: {effect}"


def _disagreements(release: BuiltRelease) -> Iterator[str]:
    """Yield the fields that differ: PyPI shows those of the file uploaded first, installers read those of the wheel."""
    for sdist in release.sdists:
        for wheel in release.wheels:
            for field, header in COMPARED_FIELDS.items():
                if _is_static(sdist, field) and _comparable(sdist, field) != _comparable(wheel, field):
                    yield f"{sdist.name} and {wheel.name} have different values of {header}"


def _is_static(sdist: Path, field: str) -> bool:
    """Return whether an sdist declares a field as static (PEP 643): a dynamic one may differ in the wheel."""
    dynamic = {name.lower().replace("-", "_") for name in _value(sdist, "dynamic") or ()}
    return field not in dynamic and _value(sdist, "metadata_version") not in {None, "1.0", "1.1", "1.2", "2.1"}


def _comparable(file: Path, field: str) -> str:
    return "\n".join(sorted(re.sub(r"[\s'\"()]", "", text).lower() for text in _texts(file, field)))


def _suspicious_files(release: BuiltRelease) -> Iterator[str]:
    """Yield members that a release should not have, and top-level names that other projects may install as well."""
    for file in release.files:
        names = [member.name for member in members_of(file)]
        kinds: tuple[tuple[str, Callable[[str], object]], ...] = (
            ("compiled files", COMPILED.search),
            ("files of the repository", REPOSITORY.search),
            ("possible secrets", lambda name: SECRETS.search(name) and not FIXTURES.search(name)),
        )
        for description, matches in kinds:
            members = [name for name in names if matches(name)]
            if members:
                more = f" and {len(members) - 1} more" if len(members) > 1 else ""
                yield f"{file.name} contains {description}: {members[0]}{more}"
        if file.suffix == ".whl":
            top = {name.partition("/")[0].removesuffix(".py") for name in names}
            for name in sorted(COMMON_NAMES & (top - {release.normalized.replace("-", "_")})):
                yield f"{file.name} installs a top-level {name!r}, as other projects may do"


def _value(file: Path, field: str) -> str | list[str] | None:
    try:
        metadata = cast("dict[str, str | list[str]]", read_metadata(file))
    except UnreadablePackage:
        return None
    return metadata.get(field)


def _texts(file: Path, field: str) -> list[str]:
    """Return the values of a metadata field that are not blank."""
    value = _value(file, field) or []
    texts = value if isinstance(value, list) else [value]
    return [text for text in texts if text.strip()]
