"""What all jobs of a pipeline share: the indexes, the copy of the project, variables, artifacts, and the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.workflows.github.running.log_secrets import LogSecrets
from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowReport, WorkflowStepReport
from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan
from fake_pypi.workflows.gitlab.running.passed_artifacts import PassedArtifacts

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.workflows.github.running.origin_repository import OriginRepository
    from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry, GitLabPublishers
    from fake_pypi.workflows.gitlab.running.project_variables import ProjectVariables


@dataclass
class PipelineSession:
    """The shared parts of a run.

    `folder` is a temporary folder. `any_python` lets images select interpreters of other versions. `strict` lets
    commands run in a network that has only the indexes, `timeout` is the limit of a script in seconds. `exchanges` are
    the identity tokens that an index accepted: its name, and the entries of the publisher. `on_job` is called when a
    job begins, `on_step` when a part of it has ended.
    """

    indexes: FakeIndexes
    origin: OriginRepository
    plan: PipelinePlan
    folder: Path
    project_variables: ProjectVariables
    publishers: GitLabPublishers
    log_secrets: LogSecrets
    report: WorkflowReport
    any_python: bool = False
    strict: bool = False
    timeout: float = 1800.0
    exchanges: list[tuple[str, GitLabPublisherEntry]] = field(default_factory=list)
    on_job: Callable[[JobReport], None] = lambda _job: None
    on_step: Callable[[JobReport, WorkflowStepReport], None] = lambda _job, _step: None

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
