"""What all jobs of a pipeline share: the plan, variables, artifacts, and the accepted identity tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
from fake_pypi.workflows.gitlab.running.passed_artifacts import PassedArtifacts
from fake_pypi.workflows.running.host_session import HostSession

if TYPE_CHECKING:
    from fake_pypi.workflows.gitlab.running.project_variables import ProjectVariables


@dataclass(kw_only=True)
class PipelineSession(HostSession[GitLabPublisherEntry]):
    """The shared parts of a run.

    `exchanges` are the identity tokens that an index accepted: its name, and the entries of the publisher.
    """

    plan: PipelinePlan
    project_variables: ProjectVariables
    exchanges: list[tuple[str, GitLabPublisherEntry]] = field(default_factory=list)

    @cached_property
    def artifacts(self) -> PassedArtifacts:
        """The artifacts of the jobs that have run."""
        folder = self.folder / "artifacts"
        folder.mkdir()
        return PassedArtifacts(folder)

    @property
    def project(self) -> str:
        """The path of the project, as "group/demo"."""
        return self.plan.context.event.project
