"""What a list of requirements comes to, with what some source has: the files, and what nobody has."""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import FakePyPIError, UsageError
from fake_pypi.packages.offer import Offer, Source
from fake_pypi.packages.package import Package

if TYPE_CHECKING:
    from packaging.requirements import Requirement


class RequirementsNotInstalled(FakePyPIError):
    """Requirements that nothing at hand satisfies while nothing can be downloaded; `others` are at hand instead.

    `editable` are those of the requirements that are installed as editable projects, with the folder of each.

    >>> print(RequirementsNotInstalled(["hatchling>=1.26"]))
    hatchling>=1.26 is not installed here: add it to your test requirements, or collect it once while online with `fake-pypi wheelhouse . DIR`
    >>> RequirementsNotInstalled(["flit_core<4"], ["flit_core 4.2.0"]).summary
    'flit_core<4 is not installed here, only flit_core 4.2.0'
    """  # noqa: E501 - it is one line where it is shown

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
        """What is not here, what is here instead, and what is here as an editable install only."""
        absent = self._absent
        parts = []
        if absent:
            only = f", only {', '.join(self.others)}" if self.others else ""
            parts.append(f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed here{only}")
        if self.editable:
            are = "is an editable install" if len(self.editable) == 1 else "are editable installs"
            parts.append(f"{', '.join(self.editable)} {are} here, of which there is no wheel to install elsewhere")
        return "; ".join(parts)

    @property
    def _absent(self) -> list[str]:
        return [each for each in self.requirements if each not in self.editable]

    def __str__(self) -> str:
        steps = []
        if self._absent:
            them = "it" if len(self._absent) == 1 else "them"
            steps.append(
                f"add {them} to your test requirements, "
                f"or collect {them} once while online with `fake-pypi wheelhouse . DIR`"
            )
        if self.editable:
            places = " ".join(shlex.quote(place) for place in self.editable.values())
            steps.append(
                f"build wheels with `pip wheel --no-deps --wheel-dir DIR {places}` "
                "and rehearse with that folder as a wheelhouse (--fake-pypi-wheelhouse DIR)"
            )
        return f"{self.summary}: {'; '.join(steps)}"


@dataclass(frozen=True)
class Resolved:
    """Everything that the requirements need, in the order in which it was met; `missing` has nobody."""

    offers: tuple[Offer, ...]
    missing: tuple[str, ...]

    @property
    def packages(self) -> list[Package]:
        """The files, made if need be."""
        return [Package.at(offer.path()) for offer in self.offers]


def resolve(requirements: Iterable[str], sources: Sequence[Source]) -> Resolved:
    """The files that satisfy requirements and all that they require, for the running interpreter.

    >>> resolve(["build"], [InstalledPackages(cache)]).missing        # doctest: +SKIP
    ()

    Of several versions the newest that fits is taken and never reconsidered, as an environment that is
    installed already has one of each. `UsageError` for a requirement that cannot be read.
    Sources: PEP 508 for requirements and markers.
    """
    waiting: deque[tuple[Requirement, Sequence[str]]] = deque()
    waiting.extend((_requirement(each), [""]) for each in requirements)
    offers: dict[str, Offer] = {}
    missing: dict[str, None] = {}
    seen: set[str] = set()
    while waiting:
        requirement, extras = waiting.popleft()
        if str(requirement) in seen or not _applies(requirement, extras):
            continue
        seen.add(str(requirement))
        offer = _best(requirement, sources)
        if offer is None:
            missing[str(requirement).partition(";")[0].strip()] = None
            continue
        offers.setdefault(offer.filename, offer)
        waiting.extend((each, ["", *requirement.extras]) for each in _required_by(offer))
    return Resolved(tuple(offers.values()), tuple(missing))


def load_requirements(path: str | Path, sources: Sequence[Source]) -> list[Package]:
    """The packages that a requirements file comes to, all they require included.

    Lines with requirements and `-r other.txt` count; indexes, hashes and other options do not.
    `RequirementsNotInstalled` names what no source has; `UsageError` if a file or a line cannot be read.
    """
    resolved = resolve(read_requirements(path), sources)
    if resolved.missing:
        raise RequirementsNotInstalled(resolved.missing)
    return resolved.packages


def read_requirements(path: str | Path) -> list[str]:
    """The requirements that a file lists, those of the files it includes in their place."""
    return list(_lines(Path(path), frozenset()))


def _lines(path: Path, above: Collection[Path]) -> Iterator[str]:
    if path.absolute() in above:
        raise UsageError(f"{path} includes itself", "leave one of the `-r` lines out")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise UsageError(f"{path} cannot be read ({unreadable})", "name a requirements file") from unreadable
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        said = re.sub(r"(^|\s)#.*$", "", line).strip()
        if included := re.match(r"(?:-r|--requirement)[\s=]*(\S.*)", said):
            yield from _lines(path.parent / included[1], {*above, path.absolute()})
        elif said and not said.startswith("-"):
            yield re.split(r"\s--", said, maxsplit=1)[0].strip()


def _requirement(text: str) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as wrong:
        raise UsageError(f"{text!r} is no requirement", "write it as name>=version") from wrong


def _applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def _best(requirement: Requirement, sources: Sequence[Source]) -> Offer | None:
    """The newest wheel (or else sdist) that fits, of the first source that has any."""
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    for source in sources:
        fitting = [
            offer
            for offer in source.offers(canonicalize_name(requirement.name))
            if requirement.specifier.contains(offer.version, prereleases=True)
        ]
        if fitting:
            return max(fitting, key=lambda offer: (Version(offer.version), offer.filename.endswith(".whl")))
    return None


def _required_by(offer: Offer) -> Iterator[Requirement]:
    """What a file requires; nothing can be said of an sdist or of metadata that nobody can read."""
    from packaging.metadata import parse_email
    from packaging.requirements import InvalidRequirement, Requirement

    for text in parse_email(offer.metadata() or b"")[0].get("requires_dist", []):
        try:
            yield Requirement(text)
        except InvalidRequirement:
            continue
