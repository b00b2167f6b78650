"""A kind of problem of a pipeline, and what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.gitlab.upload_commands import UploadCommand, upload_commands
from fake_pypi.workflows.workflow_problem import Severity


@dataclass(frozen=True)
class ProblemSubject:
    """What is looked at. `version` is the project's, "" if not known; `given` are the variables the user names."""

    plan: PipelinePlan
    version: str
    given: Mapping[str, str | None]
    registered: tuple[tuple[str, str], ...] = ()

    @property
    def uploads(self) -> list[UploadCommand]:
        """The uploads to PyPI and TestPyPI of jobs that are in the pipeline."""
        return [each for each in upload_commands(self.plan) if each.index != "gitlab"]


Finder = Callable[[ProblemSubject], Iterator[tuple[Place, str]]]


@dataclass(frozen=True)
class PipelineProblemKind:
    """A kind of problem: why it matters, what to do, and the function that finds it."""

    id: str
    severity: Severity
    why: str
    remedy: str
    find: Finder
