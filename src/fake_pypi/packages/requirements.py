"""What a list of requirements comes to, with what some source has: the files, and what nobody has."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import NotInstalledHere, UsageMistake
from fake_pypi.packages.offer import Offer, Source
from fake_pypi.packages.package import Package

if TYPE_CHECKING:
    from packaging.requirements import Requirement


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

    >>> resolve(["build"], [InstalledSource(cache)]).missing        # doctest: +SKIP
    ()

    Of several versions the newest that fits is taken and never reconsidered, as an environment that is
    installed already has one of each. `UsageMistake` for a requirement that cannot be read.
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
    `NotInstalledHere` names what no source has; `UsageMistake` if a file or a line cannot be read.
    """
    resolved = resolve(read_requirements(path), sources)
    if resolved.missing:
        raise NotInstalledHere(resolved.missing)
    return resolved.packages


def read_requirements(path: str | Path) -> list[str]:
    """The requirements that a file lists, those of the files it includes in their place."""
    return list(_lines(Path(path), frozenset()))


def _lines(path: Path, above: Collection[Path]) -> Iterator[str]:
    if path.absolute() in above:
        raise UsageMistake(f"{path} includes itself", "leave one of the `-r` lines out")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise UsageMistake(
            f"{path} cannot be read ({unreadable})", "name a requirements file"
        ) from unreadable
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
        raise UsageMistake(f"{text!r} is no requirement", "write it as name>=version") from wrong


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
