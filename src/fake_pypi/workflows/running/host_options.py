"""What to rehearse, as far as GitHub and GitLab have it in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.errors import UsageError


@dataclass(frozen=True)
class HostOptions:
    """What to rehearse: the `file` of the workflow or pipeline, and the event.

    `tag` and `branch` are what the event is about; with neither, it is the current branch. `jobs` selects jobs, and
    those that they need. `secrets` are values by name, None for a secret that is missing. `projects` are the names of
    the projects, by default those in the repository. `as_of` is the day of PyPI's rules, None for today.
    """

    file: Path
    tag: str | None = None
    branch: str | None = None
    event: str | None = None
    jobs: tuple[str, ...] = ()
    secrets: Mapping[str, str | None] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    repository: str | None = None
    projects: tuple[str, ...] = ()
    strict: bool = False
    timeout: float = 1800.0
    wheelhouse: tuple[Path, ...] = ()
    upstream: str | None = None
    without: tuple[str, ...] = ()
    as_of: str | None = None

    def check_event(self, noun: str, usual: str) -> None:
        """Raise `UsageError` if there is no such file, a `noun` that has the `usual` name, or no one event."""
        if not self.file.is_file():
            raise UsageError(f"there is no {noun} {str(self.file)!r}", f"name {usual}")
        if self.tag and self.branch:
            raise UsageError("an event is about a tag or a branch", "give --tag or --branch")

    @property
    def any_python(self) -> bool:
        """Whether jobs may have other interpreters: what they install then comes from outside of this environment."""
        return bool(self.wheelhouse or self.upstream)
