"""Resolve requirements with the files of package sources."""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import FakePyPIError, UsageError
from fake_pypi.packages.package import Package
from fake_pypi.packages.package_source import FallbackFile, PackageSource

if TYPE_CHECKING:
    from packaging.requirements import Requirement


WITH_WHEELHOUSE = "and rehearse with `--wheelhouse DIR` (pytest: `--fake-pypi-wheelhouse DIR`)"


class RequirementsNotInstalled(FakePyPIError):
    """Requirements that no package source satisfies, while nothing can be downloaded.

    `others` are other versions that the sources have. `editable` has the folder of each requirement that is installed
    as an editable project.

    >>> print(RequirementsNotInstalled(["hatchling>=1.26"]))
    hatchling>=1.26 is not installed here: install it (it belongs to your test requirements), or collect it once while online with `fake-pypi wheelhouse . DIR` and rehearse with `--wheelhouse DIR` (pytest: `--fake-pypi-wheelhouse DIR`)
    >>> RequirementsNotInstalled(["flit_core<4"], ["flit_core 4.2.0"]).summary
    'flit_core<4 is not installed here, only flit_core 4.2.0'
    """  # noqa: E501 - the message is one line

    def __init__(
        self,
        requirements: Iterable[str],
        others: Iterable[str] = (),
        editable: Mapping[str, str] | None = None,
    ) -> None:
        self.requirements = tuple(requirements)
        self.others = tuple(others)
        self.editable = dict(editable or {})
        super().__init__(self.requirements, self.others, self.editable)

    @property
    def summary(self) -> str:
        """The missing requirements, other versions of them, and those that are editable installs only."""
        not_installed = self._not_installed
        parts = []
        if not_installed:
            only = f", only {', '.join(self.others)}" if self.others else ""
            parts.append(
                f"{', '.join(not_installed)} {'is' if len(not_installed) == 1 else 'are'} not installed here{only}"
            )
        if self.editable:
            are = "is an editable install" if len(self.editable) == 1 else "are editable installs"
            parts.append(f"{', '.join(self.editable)} {are} here, of which there is no wheel to install elsewhere")
        return "; ".join(parts)

    @property
    def _not_installed(self) -> list[str]:
        return [requirement for requirement in self.requirements if requirement not in self.editable]

    def __str__(self) -> str:
        steps = []
        if self._not_installed:
            them, belong = ("it", "it belongs") if len(self._not_installed) == 1 else ("them", "they belong")
            steps.append(
                f"install {them} ({belong} to your test requirements), "
                f"or collect {them} once while online with `fake-pypi wheelhouse . DIR` {WITH_WHEELHOUSE}"
            )
        if self.editable:
            folders = " ".join(shlex.quote(folder) for folder in self.editable.values())
            steps.append(f"build wheels with `pip wheel --no-deps --wheel-dir DIR {folders}` {WITH_WHEELHOUSE}")
        return f"{self.summary}: {'; '.join(steps)}"


@dataclass(frozen=True)
class Resolution:
    """The files that satisfy requirements, in the order in which they were found, and the requirements without one."""

    files: tuple[FallbackFile, ...]
    missing: tuple[str, ...]

    @property
    def packages(self) -> list[Package]:
        """The files as packages; each is made or downloaded if it is missing."""
        return [Package.at(file.path()) for file in self.files]


def resolve(requirements: Iterable[str], sources: Sequence[PackageSource]) -> Resolution:
    """Find files for requirements, and for what those require, on the running interpreter.

    >>> resolve(["build"], [InstalledPackages(cache)]).missing        # doctest: +SKIP
    ()

    The newest version that satisfies a requirement is chosen, without backtracking, because an environment has one
    version of each project. Raises `UsageError` if a requirement is invalid.
    Sources: PEP 508 for requirements and markers.
    """
    waiting: deque[tuple[Requirement, Sequence[str]]] = deque()
    waiting.extend((_requirement(text), [""]) for text in requirements)
    files: dict[str, FallbackFile] = {}
    missing: dict[str, None] = {}
    seen: set[str] = set()
    while waiting:
        requirement, extras = waiting.popleft()
        if str(requirement) in seen or not _applies(requirement, extras):
            continue
        seen.add(str(requirement))
        file = _best_file(requirement, sources)
        if file is None:
            missing[str(requirement).partition(";")[0].strip()] = None
            continue
        files.setdefault(file.filename, file)
        waiting.extend((dependency, ["", *requirement.extras]) for dependency in _dependencies(file))
    return Resolution(tuple(files.values()), tuple(missing))


def load_requirements(path: str | Path, sources: Sequence[PackageSource]) -> list[Package]:
    """Return the packages for a requirements file, with all their dependencies.

    Requirements and `-r other.txt` are read; indexes, hashes and other options are ignored. Raises
    `RequirementsNotInstalled` if no source has a requirement, and `UsageError` if a file or a line cannot be read.
    """
    resolution = resolve(read_requirements(path), sources)
    if resolution.missing:
        raise RequirementsNotInstalled(resolution.missing)
    return resolution.packages


def read_requirements(path: str | Path) -> list[str]:
    """Return the requirements in a file and in the files that it includes."""
    return list(_lines(Path(path), frozenset()))


def _lines(path: Path, including: Collection[Path]) -> Iterator[str]:
    if path.absolute() in including:
        raise UsageError(f"{path} includes itself", "remove one of the `-r` lines")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error})", "give the path of a requirements file") from error
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        without_comment = re.sub(r"(^|\s)#.*$", "", line).strip()
        if included := re.match(r"(?:-r|--requirement)[\s=]*(\S.*)", without_comment):
            yield from _lines(path.parent / included[1], {*including, path.absolute()})
        elif without_comment and not without_comment.startswith("-"):
            yield re.split(r"\s--", without_comment, maxsplit=1)[0].strip()


def _requirement(text: str) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(f"{text!r} is not a requirement", "write it as name>=version") from error


def _applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def _best_file(requirement: Requirement, sources: Sequence[PackageSource]) -> FallbackFile | None:
    """Return the newest file of the first source that has one, preferably a wheel; None if no source has one."""
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    for source in sources:
        files = [
            file
            for file in source.files(canonicalize_name(requirement.name))
            if requirement.specifier.contains(file.version, prereleases=True)
        ]
        if files:
            return max(files, key=lambda file: (Version(file.version), file.filename.endswith(".whl")))
    return None


def _dependencies(file: FallbackFile) -> Iterator[Requirement]:
    """Yield the dependencies of a file; none for an sdist, or for metadata that cannot be read."""
    from packaging.metadata import parse_email
    from packaging.requirements import InvalidRequirement, Requirement

    for text in parse_email(file.metadata() or b"")[0].get("requires_dist", []):
        try:
            yield Requirement(text)
        except InvalidRequirement:
            continue
