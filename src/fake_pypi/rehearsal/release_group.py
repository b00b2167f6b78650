"""The projects that are released together: one pair of indexes for all, and what each may expect of the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from fake_pypi.fake import FakeIndexes
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from fake_pypi.packages.package_source import FallbackFile, PackageSource
    from fake_pypi.rehearsal.built_release import BuiltRelease
    from fake_pypi.rules.rule_set import RuleSet

UPLOADS = {"testpypi": ("upload to TestPyPI", "upload to PyPI"), "pypi": ("upload to PyPI",)}
"""The steps after which a release can be installed with the command for that index."""


class SiblingNotPublished(StepFailed):
    """A release that a step needs was not published, because a step of that project failed.

    `sibling` is the normalized name of the project, `sibling_step` the step that failed.
    """

    def __init__(self, sibling: str, failure: StepFailed) -> None:
        self.sibling = sibling
        self.sibling_step = failure.step
        super().__init__(f"{sibling} was not published: {failure.step} failed: {failure.summary}")


class ReleaseGroup:
    """The projects that are released to one pair of indexes, or a single project.

    `names` are the names of all, normalized. `unpublished` has the reason for each project of the repository that is
    not released. `folder_name` names the HTTP archive. Files of all these projects come from the indexes alone: never
    from the environment, a wheelhouse or an upstream.
    """

    def __init__(
        self,
        settings: Settings,
        names: Iterable[str] = (),
        *,
        folder_name: str,
        unpublished: Mapping[str, str] | None = None,
        change_rules: Callable[[RuleSet], RuleSet] | None = None,
    ) -> None:
        self.settings = settings
        self.unpublished = dict(unpublished or {})
        self.releases: dict[str, BuiltRelease] = {}
        self.run_step_of: dict[str, Callable[[str], None]] = {}
        self._folder_name = folder_name
        self.names = (*names, *self.unpublished)
        self._change_rules = change_rules
        self._excluded: set[str] = set()
        self._lock = threading.Lock()

    @cached_property
    def indexes(self) -> FakeIndexes:
        """The PyPI and the TestPyPI of these projects."""
        indexes = FakeIndexes(
            wheelhouse=self.settings.wheelhouse,
            upstream=self.settings.upstream,
            without=self.settings.without,
            as_of=self.settings.as_of,
        )
        for index in indexes.all:
            if self._change_rules is not None:
                index.rules = self._change_rules(index.rules)
        instance = indexes.pypi.instance
        for name in self.names:
            self._excluded.add(name)
            instance.sources = tuple(_SourceWithoutProject(source, name) for source in instance.sources)
        return indexes

    @property
    def is_open(self) -> bool:
        """Whether the indexes exist."""
        return "indexes" in self.__dict__

    def exclude(self, name: str) -> None:
        """Remove a project from the package sources of PyPI."""
        instance = self.indexes.pypi.instance
        with self._lock:
            if name not in self._excluded:
                self._excluded.add(name)
                instance.sources = tuple(_SourceWithoutProject(source, name) for source in instance.sources)

    def upload_siblings(self, requirements: Iterable[str], *, of: str | None, index: str = "pypi") -> None:
        """Upload the other projects of this group that requirements name, and what those require, unless it was done.

        Raises `SiblingNotPublished` if one of their steps fails. `of` is the project that has the requirements.
        """
        waiting = [item.name for item in _parsed(requirements)]
        seen = {of}
        while waiting:
            name = _normalized(waiting.pop(0))
            if name in seen or name not in self.run_step_of:
                continue
            seen.add(name)
            for step in UPLOADS[index]:
                try:
                    self.run_step_of[name](step)
                except SiblingNotPublished:
                    raise
                except StepFailed as failure:
                    raise SiblingNotPublished(name, failure) from None
            waiting += [item.name for item in _parsed(self.releases[name].requires(self.settings.extras))]

    def check_siblings(self, requirements: Iterable[str], *, subject: str, pyproject: str) -> None:
        """Raise a `StepFailed` if a requirement is not satisfied by the projects of this group.

        `subject` is the release with the requirements, `pyproject` the file that declares them.
        """
        for requirement in _parsed(requirements):
            name = _normalized(requirement.name)
            if name in self.unpublished:
                raise StepFailed(
                    f"{subject} requires {requirement}, which is not published: {self.unpublished[name]}",
                    advice=[f"publish {name} too, or remove it from the requirements in {pyproject}"],
                )
            release = self.releases.get(name)
            if release is not None and not requirement.specifier.contains(release.version, prereleases=True):
                raise StepFailed(
                    f"{subject} requires {requirement}, and this repository releases {release}",
                    advice=[f"change the requirement in {pyproject}, or the version of {release.name}"],
                )

    def close(self) -> None:
        """Close the indexes, and write their HTTP archive if the settings have a folder for it."""
        if self.is_open:
            try:
                self._write_archive()
            finally:
                self.indexes.close()

    def _write_archive(self) -> None:
        if self.settings.har is not None:
            from fake_pypi.web.recording.http_archive import write_archive

            requests = [request for index in self.indexes.all for request in index.requests]
            write_archive(self.settings.har / f"{self._folder_name}.har", requests)


@dataclass(frozen=True)
class _SourceWithoutProject:
    """A package source without one project under rehearsal.

    Installed or downloaded files of the project are not those of the rehearsed release.
    """

    source: PackageSource
    project: str

    @property
    def name(self) -> str:
        """The name of the source in reports."""
        return self.source.name

    def files(self, project: str) -> Sequence[FallbackFile]:
        """Return the files of any other project."""
        return () if project == self.project else self.source.files(project)

    def find(self, filename: str) -> FallbackFile | None:
        """Return a file of any other project."""
        file = self.source.find(filename)
        return None if file is None or file.project == self.project else file


def _parsed(requirements: Iterable[str]) -> list[Requirement]:
    from packaging.requirements import InvalidRequirement, Requirement

    parsed = []
    for text in requirements:
        try:
            parsed.append(Requirement(text))
        except InvalidRequirement:  # a rule rejects it, or the build
            continue
    return parsed


def _normalized(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)
