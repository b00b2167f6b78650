"""Find extras of a release that cannot be installed, as they are declared or with the projects that are available."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fake_pypi.errors import FakePyPIError
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.packages.requirements import resolve

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    from fake_pypi.packages.package_source import PackageSource
    from fake_pypi.rehearsal.built_release import BuiltRelease

HIGHEST = "999999"
"""A version above all others."""


def declared_extras(release: BuiltRelease) -> list[str]:
    """Return the extras of a release, as its metadata spells them."""
    return list(read_metadata(release.files[0]).get("provides_extra", []))


def broken_extras(release: BuiltRelease) -> list[str]:
    """Return a warning for each extra that names an unknown extra of the same project, or has contradictions."""
    from packaging.utils import canonicalize_name

    extras = declared_extras(release)
    known = {canonicalize_name(extra) for extra in extras}
    requirements = list(_requirements(release))
    warnings = []
    for extra in extras:
        own = [item for item in requirements if _is_only_for(item, extra)]
        unknown = sorted(
            {name for item in own if canonicalize_name(item.name) == release.normalized for name in item.extras}
            - {name for name in extras if canonicalize_name(name) in known}
        )
        unknown = [name for name in unknown if canonicalize_name(name) not in known]
        if unknown:
            warnings.append(
                f"the extra {extra} requires {release.name}[{','.join(unknown)}], and {release} has no such extra: "
                f"correct the name, or declare it (there is {', '.join(extras)})"
            )
        always = [item for item in requirements if _applies(item, "")]
        warnings += [
            f"the extra {extra} cannot be installed, because no version satisfies both {first} and {second}: "
            "change one of the requirements"
            for first, second in contradictions([*always, *own])
        ]
    return list(dict.fromkeys(warnings))


def unavailable_extras(
    release: BuiltRelease, sources: Sequence[PackageSource], *, installed: Collection[str], uploaded: Collection[str]
) -> list[str]:
    """Return a line about the extras whose requirements no source has; none if every extra can be resolved.

    `installed` are the extras that the rehearsal installs, `uploaded` the normalized names of the projects that are on
    the index because they are released together.
    """
    from packaging.utils import canonicalize_name

    left_out = {canonicalize_name(extra) for extra in installed}
    missing: dict[str, None] = {}
    extras = []
    for extra in declared_extras(release):
        own = [item for item in _requirements(release) if _is_only_for(item, extra)]
        texts = [_without_marker(item) for item in own if canonicalize_name(item.name) not in uploaded]
        unresolved = () if canonicalize_name(extra) in left_out else _unresolved(texts, sources)
        if unresolved:
            extras.append(extra)
            missing |= dict.fromkeys(unresolved)
    if not extras:
        return []
    named = f"the extra {extras[0]} can" if len(extras) == 1 else f"the extras {', '.join(extras)} can"
    are = "is" if len(missing) == 1 else "are"
    return [f"whether {named} be installed: {', '.join(missing)} {are} not installed here"]


def _unresolved(requirements: Sequence[str], sources: Sequence[PackageSource]) -> Sequence[str]:
    try:
        return resolve(requirements, sources).missing
    except FakePyPIError:  # an upstream did not respond
        return requirements


def _without_marker(requirement: Requirement) -> str:
    return str(requirement).partition(";")[0].strip()


def contradictions(requirements: Sequence[Requirement]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of requirements that no version of their project can satisfy at once.

    >>> from packaging.requirements import Requirement
    >>> list(contradictions([Requirement("rich>=13"), Requirement("rich<12")]))
    [('rich>=13', 'rich<12')]
    """
    from packaging.utils import canonicalize_name

    for position, first in enumerate(requirements):
        for second in requirements[position + 1 :]:
            if canonicalize_name(first.name) == canonicalize_name(second.name) and not (first.url or second.url):
                specifiers = first.specifier & second.specifier
                if not _is_satisfiable(specifiers):
                    yield f"{first.name}{first.specifier}", f"{second.name}{second.specifier}"


def _is_satisfiable(specifiers: SpecifierSet) -> bool:
    """Return whether some version satisfies specifiers: it is one that they name, or just above one, or an extreme."""
    named = [specifier.version.removesuffix(".*") for specifier in specifiers]
    if any(specifier.operator == "===" for specifier in specifiers):
        return True  # compared as text
    candidates = ["0", HIGHEST, *named, *(f"{version.partition('+')[0]}.post0.dev0" for version in named)]
    candidates += [f"{_release_part(version)}.0.0.1" for version in named]
    return any(_contains(specifiers, candidate) for candidate in candidates)


def _release_part(version: str) -> str:
    from packaging.version import Version

    return Version(version).base_version


def _contains(specifiers: SpecifierSet, version: str) -> bool:
    from packaging.version import InvalidVersion

    try:
        return specifiers.contains(version, prereleases=True)
    except InvalidVersion:
        return False


def _requirements(release: BuiltRelease) -> Iterable[Requirement]:
    from packaging.requirements import InvalidRequirement, Requirement

    for text in read_metadata(release.files[0]).get("requires_dist", []):
        try:
            yield Requirement(text)
        except InvalidRequirement:  # a rule rejects it
            continue


def _applies(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    return marker is None or marker.evaluate({"extra": extra})


def _is_only_for(requirement: Requirement, extra: str) -> bool:
    return _applies(requirement, extra) and not _applies(requirement, "")
