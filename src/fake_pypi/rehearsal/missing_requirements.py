"""Find the requirements that an installer could not install because no package source has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.packages.installed_packages import editable_projects
from fake_pypi.packages.requirements import RequirementsNotInstalled, resolve

if TYPE_CHECKING:
    from fake_pypi.rehearsal.resources import Resources

NOT_FOUND = re.compile(r"No matching distribution found for ([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?(?:[<>=!~]=?[^\s(;]*)?)")
OTHER_VERSIONS = re.compile(r"satisfies\s+the\s+requirement\s+(\S+)[^()]*\(from\s+versions:\s+([^)]*)\)")
NOT_FOUND_BY_UV = re.compile(r"([A-Za-z0-9][\w.-]*)\s+was\s+not\s+found\s+in\s+the\s+package\s+registry")
WRAPPED = re.compile(r"(?<=-)\n +")
"""The line break that `build` puts into a long requirement."""


def missing_requirements(
    resources: Resources, output: str, requirements: Iterable[str], *, project: str | None
) -> RequirementsNotInstalled | None:
    """Return the requirement that an installer did not find, and all others that no source has; None if it found all.

    An installer stops at the first requirement that it does not find; `requirements` are those that it was to install.
    """
    first = missing_from(output, project=project)
    if first is None:
        return None
    listed = {project, *map(project_of, first.requirements)}
    others = [other for other in _unavailable(resources, requirements) if project_of(other) not in listed]
    missing = sorted([*first.requirements, *others])  # build passes them to the installer in any order
    folders = editable_projects()
    editable = {text: folders[project_of(text)] for text in missing if project_of(text) in folders}
    return RequirementsNotInstalled(missing, first.others, editable)


def _unavailable(resources: Resources, requirements: Iterable[str]) -> tuple[str, ...]:
    """Return the requirements that no source has; none with an upstream, which the installer has already used."""
    if resources.settings.upstream:
        return ()
    try:
        return resolve(requirements, resources.indexes.pypi.instance.sources).missing
    except UsageError:  # a requirement is invalid
        return ()


def missing_from(output: str, *, project: str | None) -> RequirementsNotInstalled | None:
    """Return the requirements that an installer did not find, except the project itself; None if there are none.

    `others` of the result are the versions that it could have installed instead.
    """
    unwrapped = WRAPPED.sub("", output)
    found = [*NOT_FOUND.findall(unwrapped), *NOT_FOUND_BY_UV.findall(unwrapped)]
    missing = [text for text in dict.fromkeys(found) if project_of(text) != project]
    versions_of = {
        requirement: " ".join(versions.split()) for requirement, versions in OTHER_VERSIONS.findall(unwrapped)
    }
    available = {text: versions_of.get(text, "none") for text in missing}
    others = [f"{_name_in(text)} {versions}" for text, versions in available.items() if versions != "none"]
    return RequirementsNotInstalled(missing, others) if missing else None


def project_of(requirement: str) -> str:
    """Return the normalized name of the project that a requirement names."""
    return re.sub(r"[-_.]+", "-", _name_in(requirement)).lower()


def _name_in(requirement: str) -> str:
    """Return the name in a requirement, not normalized."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
