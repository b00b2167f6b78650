"""What to rehearse of a pipeline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.workflows.gitlab.pipeline_event import SOURCES
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
from fake_pypi.workflows.running.host_options import HostOptions

PIPELINE_FILE = ".gitlab-ci.yml"


def is_pipeline_file(file: Path) -> bool:
    """Return whether a file describes a pipeline of GitLab, by its name.

    >>> is_pipeline_file(Path(".gitlab-ci.yml")), is_pipeline_file(Path(".github/workflows/release.yml"))
    (True, False)
    """
    return file.suffix in {".yml", ".yaml"} and ("gitlab" in file.name.lower() or ".gitlab" in file.parts)


@dataclass(frozen=True)
class PipelineOptions(HostOptions):
    """What to rehearse of a pipeline.

    `event` is "push", "merge_request", "schedule", "web", "api" or "trigger". Manual jobs run only if `jobs` names
    them. `secrets` are CI/CD variables of the project: None for one that is missing, "token" for a token of the index
    that it reaches; `variables` are those that are no secrets. `publishers` are those that are registered; None
    registers what the pipeline needs.
    """

    publishers: tuple[GitLabPublisherEntry, ...] | None = None

    def checked(self) -> PipelineOptions:
        """Return the options unchanged. Raises `UsageError` for the first invalid one."""
        self.check_event("pipeline file", PIPELINE_FILE)
        if self.event is not None and self.event not in SOURCES:
            raise UsageError(f"GitLab has no event {self.event!r} here", f"choose one of {', '.join(sorted(SOURCES))}")
        if self.repository is not None and not re.fullmatch(r"[^/\s]+(?:/[^/\s]+)+", self.repository):
            raise UsageError(f"{self.repository!r} is no project", "write NAMESPACE/NAME")
        for name in [*self.secrets, *self.variables]:
            if not re.fullmatch(r"[A-Za-z_]\w*", name):
                raise UsageError(f"{name!r} is no name of a variable", "use letters, digits and _")
        return self
