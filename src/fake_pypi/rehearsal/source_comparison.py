"""Compare what git tracks with the sdist, and the sdist with the wheel: files that are missing or do not belong there.

Every warning is about a file that makes the release worse for its users. What most projects leave out of their sdists
on purpose (tests, documentation, settings of tools) is in `SourceComparison`, for a report, and is no warning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.archive_members import members_of, names_in_tree
from fake_pypi.rehearsal.source_copy import git_files
from fake_pypi.rehearsal.workspace_members import NOT_RELEASED

if TYPE_CHECKING:
    from fake_pypi.rehearsal.built_release import BuiltRelease

LICENSE = re.compile(r"(?i)^(licen[cs]es?|copying|notice)([-._][\w.-]*)?$")
DATA_OF_PACKAGE = re.compile(
    r"\.(py|pyi|pyx|pxd|json|toml|ya?ml|csv|tsv|html|css|js|mo|sql|j2|jinja2?|xml|xsd|png|svg|ico|c|cc|cpp|cxx|h|hpp|rs)$"
    r"|(^|/)py\.typed$"
)
"""Files inside of a package that its code, or the build of its extension modules, reads."""
NO_MODULE = re.compile(r"(^|/)(setup|conftest|test_[^/]*|[^/]*_test|tests?|_?build[^/]*|__main__)\.py$")
LARGE_FILE = 20_000_000
"""Bytes from which a file in an sdist is probably not meant to be in it."""
SHOWN = 3
"""Most names in one warning."""
PREFIXES = ("", "src/", "lib/", "python/")
"""Where projects have their packages."""


@dataclass(frozen=True)
class SourceComparison:
    """What differs between the files that git tracks and those of the sdist, as sorted paths in the project.

    `missing` are tracked and not in the sdist; `untracked` are in the sdist, and in the folder of the project without
    being tracked: a build from a fresh checkout has none of them.
    """

    missing: tuple[str, ...]
    untracked: tuple[str, ...]

    @classmethod
    def of(cls, sdist: Path, tracked: Collection[str], untracked: Collection[str]) -> SourceComparison:
        """Compare an sdist with the files of a checkout that git tracks, and those it neither tracks nor ignores."""
        names = set(names_in_tree(sdist))
        return cls(tuple(sorted(set(tracked) - names)), tuple(sorted(names & set(untracked))))


def compare_sources(release: BuiltRelease, project: Path) -> list[str]:
    """Return the warnings about the files of a release that was built from the project in a folder."""
    warnings: list[str] = []
    for sdist in release.sdists[:1]:
        names = names_in_tree(sdist)
        comparison = compare_with_git(sdist, project) if names else None
        if comparison is not None:
            warnings += sdist_warnings(comparison, sdist.name, names, release.wheels)
        warnings += _large_files(sdist)
        warnings += [warning for wheel in release.wheels[:1] if (warning := _missing_modules(wheel, sdist, names))]
    return warnings


def compare_with_git(sdist: Path, project: Path) -> SourceComparison | None:
    """Compare an sdist with the checkout of the project; return None if git tracks nothing in its folder."""
    listed = git_files(project, "--cached")
    if not listed:
        return None
    others = git_files(project, "--others", "--exclude-standard") or []
    tracked = {path.as_posix() for path in listed if (project / path).is_file()}
    return SourceComparison.of(sdist, tracked, {path.as_posix() for path in others})


def sdist_warnings(
    comparison: SourceComparison, sdist: str, names: Collection[str], wheels: Sequence[Path]
) -> Iterator[str]:
    """Yield the warnings about an sdist that has these files, and about what it lacks."""
    packages = _packages(wheels, {*names, *comparison.missing})
    licenses = [name for name in comparison.missing if "/" not in name and LICENSE.match(name)]
    if licenses:
        yield f"{sdist} does not contain {_listed(licenses)}, which git tracks: name it in `license-files` of [project]"
    needed = [
        name
        for name in comparison.missing
        if DATA_OF_PACKAGE.search(name) and name.startswith(tuple(f"{package}/" for package in packages))
        if not _is_for_development(name)
    ]
    if needed:
        yield (
            f"{sdist} does not contain files of the package that git tracks: {_listed(needed)}: "
            "include them with the settings of the build backend, or exclude them explicitly"
        )
    if comparison.untracked:
        yield (
            f"{sdist} contains files that git does not track: {_listed(comparison.untracked)}: "
            "commit them, or delete them before the build"
        )
    tests = _incomplete_tests(comparison.missing, names)
    if tests:
        yield (
            f"{sdist} contains tests without the files that they use: {_listed(tests)}: "
            "include all of the tests (for setuptools `graft tests` in MANIFEST.in), or none"
        )


def _incomplete_tests(missing: Iterable[str], names: Collection[str]) -> list[str]:
    """Return the conftest.py and packages' __init__.py that are missing beside tests that the sdist has."""
    folders = {str(PurePosixPath(name).parent) for name in names if re.search(r"(^|/)test_[^/]*\.py$", name)}
    parts = [PurePosixPath(name) for name in missing]
    return [str(path) for path in parts if path.name == "conftest.py" and str(path.parent) in folders]


def _packages(wheels: Sequence[Path], tree: Collection[str]) -> list[str]:
    """Return the folders in the project's tree from which the packages of the wheels come, as src/demo."""
    folders = [f"{prefix}{package}" for wheel in wheels for package in _top_packages(wheel) for prefix in PREFIXES]
    return sorted({folder for folder in folders if f"{folder}/__init__.py" in tree})


def _top_packages(wheel: Path) -> set[str]:
    inits = [member.name for member in members_of(wheel) if member.name.endswith("/__init__.py")]
    return {name.partition("/")[0] for name in inits if name.count("/") == 1}


def _missing_modules(wheel: Path, sdist: Path, names: Collection[str]) -> str | None:
    """Return a warning about modules of the packages that the sdist has and the wheel has not."""
    in_wheel = {member.name for member in members_of(wheel)}
    candidates = []
    for folder in _packages([wheel], names):
        package = folder.rpartition("/")[2]
        inside = [name for name in names if name.startswith(f"{folder}/") and name.endswith(".py")]
        candidates += [package + name.removeprefix(folder) for name in inside]
    missing = sorted(
        name
        for name in candidates
        if name not in in_wheel and not _is_for_development(name) and not NO_MODULE.search(name)
    )
    if not missing:
        return None
    return (
        f"{wheel.name} does not contain modules that {sdist.name} has: {_listed(missing)}: "
        "include their packages with the settings of the build backend, or exclude them from the sdist too"
    )


def _is_for_development(name: str) -> bool:
    parts = name.lower().split("/")[:-1]
    return bool(NOT_RELEASED.intersection(parts)) or any(part.startswith((".", "_test")) for part in parts)


def _large_files(sdist: Path) -> Iterator[str]:
    large = [member for member in members_of(sdist) if member.size >= LARGE_FILE]
    if large:
        sizes = [f"{member.name.partition('/')[2]} ({member.size / 1e6:.0f} MB)" for member in large]
        yield f"{sdist.name} contains large files: {_listed(sizes)}: exclude what the build does not need"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
