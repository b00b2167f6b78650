"""Find out why an installed release has no module that it imports: what would install it.

A plugin often does not require the program that loads it, so that it never installs or upgrades that program:
`sphinxcontrib-jsmath` imports docutils, which is there wherever Sphinx is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.packages.requirements import Resolution, resolve
from fake_pypi.rehearsal.missing_requirements import project_of

if TYPE_CHECKING:
    from fake_pypi.packages.package_source import PackageSource
    from fake_pypi.rehearsal.built_release import BuiltRelease

FRAMEWORK = re.compile(r"Framework :: ([^:]+?)(?: ::.*)?")
"""The classifiers that name the program which a project extends."""


class HostPrograms:
    """The programs that a release extends without requiring them, and its extras that are not installed.

    `extras` are the normalized names of those that are, `sources` have the files of other projects.
    """

    def __init__(self, release: BuiltRelease, extras: Collection[str], sources: Sequence[PackageSource]) -> None:
        metadata = read_metadata(release.files[0])
        required = release.requires(list(extras))
        self._sources = sources
        self._extras = {
            extra: [text for text in release.requires([extra]) if text not in required]
            for extra in metadata.get("provides_extra", [])
        }
        names = {project_of(text) for text in required}
        classifiers = metadata.get("classifiers", [])
        frameworks = [match[1].replace(" ", "") for text in classifiers if (match := FRAMEWORK.fullmatch(text))]
        self._hosts = [host for host in dict.fromkeys(frameworks) if project_of(host) not in names]

    def host_of(self, module: str) -> str | None:
        """Return the program that comes with a module, or that may do so; None if there is no such program."""
        for host in self._hosts:
            resolution = self._resolve([host])
            # Where the program itself is missing, it is not known what comes with it.
            if host in resolution.missing or _projects_of(module) & _projects_in(resolution):
                return host
        return None

    def extra_of(self, module: str) -> str | None:
        """Return the first extra that installs a module; None if there is none."""
        for extra, requirements in self._extras.items():
            if _projects_of(module) & _projects_in(self._resolve(requirements)):
                return extra
        return None

    def _resolve(self, requirements: Sequence[str]) -> Resolution:
        try:
            return resolve(requirements, self._sources)
        except UsageError:  # no valid requirement, as with a framework of several words
            return Resolution((), tuple(requirements))


def _projects_of(module: str) -> set[str]:
    """Return the normalized names of the projects that may install a module."""
    name = module.partition(".")[0]
    return {project_of(project) for project in (name, *packages_distributions().get(name, ()))}


def _projects_in(resolution: Resolution) -> set[str]:
    return {*(file.project for file in resolution.files), *map(project_of, resolution.missing)}
