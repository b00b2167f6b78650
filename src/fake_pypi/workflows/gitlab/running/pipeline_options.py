"""What to rehearse of a pipeline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.workflows.gitlab.pipeline_event import SOURCES
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry

PIPELINE_FILE = ".gitlab-ci.yml"


def is_pipeline_file(file: Path) -> bool:
    """Return whether a file describes a pipeline of GitLab, by its name.

    >>> is_pipeline_file(Path(".gitlab-ci.yml")), is_pipeline_file(Path(".github/workflows/release.yml"))
    (True, False)
    """
    return file.suffix in {".yml", ".yaml"} and ("gitlab" in file.name.lower() or ".gitlab" in file.parts)


@dataclass(frozen=True)
class PipelineOptions:
    """What to rehearse: the pipeline `file`, and the event.

    `tag` and `branch` are what the event is about; with neither, it is the current branch. `event` is "push",
    "merge_request", "schedule", "web", "api" or "trigger". `jobs` are the jobs to run, with those that they wait for;
    manual jobs run only if they are named. `secrets` are CI/CD variables of the project: None for one that is missing,
    "token" for a token of the index that it reaches; `variables` are those that are no secrets. `publishers` are those
    that are registered; None registers what the pipeline needs. `projects` are the names of the projects, by default
    those in the repository.
    """

    file: Path
    tag: str | None = None
    branch: str | None = None
    event: str | None = None
    jobs: tuple[str, ...] = ()
    secrets: Mapping[str, str | None] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    repository: str | None = None
    publishers: tuple[GitLabPublisherEntry, ...] | None = None
    projects: tuple[str, ...] = ()
    strict: bool = False
    timeout: float = 1800.0
    wheelhouse: tuple[Path, ...] = ()
    upstream: str | None = None
    without: tuple[str, ...] = ()

    def checked(self) -> PipelineOptions:
        """Return the options unchanged. Raises `UsageError` for the first invalid one."""
        if not self.file.is_file():
            raise UsageError(f"there is no pipeline file {str(self.file)!r}", f"name {PIPELINE_FILE}")
        if self.tag and self.branch:
            raise UsageError("an event is about a tag or a branch", "give --tag or --branch")
        if self.event is not None and self.event not in SOURCES:
            raise UsageError(f"GitLab has no event {self.event!r} here", f"choose one of {', '.join(sorted(SOURCES))}")
        if self.repository is not None and not re.fullmatch(r"[^/\s]+(?:/[^/\s]+)+", self.repository):
            raise UsageError(f"{self.repository!r} is no project", "write NAMESPACE/NAME")
        for name in [*self.secrets, *self.variables]:
            if not re.fullmatch(r"[A-Za-z_]\w*", name):
                raise UsageError(f"{name!r} is no name of a variable", "use letters, digits and _")
        return self
