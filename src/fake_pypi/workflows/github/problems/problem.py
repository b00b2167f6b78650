"""A kind of problem, and what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from fake_pypi.workflows.github.plan import Plan
from fake_pypi.workflows.github.problems.publish_steps import PublishStep, publish_steps
from fake_pypi.workflows.github.workflow import Workflow
from fake_pypi.workflows.workflow_problem import Severity, WorkflowProblem


@dataclass(frozen=True)
class KnownPublisher:
    """A trusted publisher as it is registered on an index; `environment` is empty for "any"."""

    index: Literal["pypi", "testpypi"]
    workflow: str
    environment: str = ""


@dataclass(frozen=True)
class Subject:
    """What is looked at: the plan of a run, the version of the project, and the registered publishers if known.

    `replan` makes the plan for another event, for what only that event shows.
    """

    plan: Plan
    version: str | None = None
    publishers: Sequence[KnownPublisher] = ()
    replan: Callable[[str], Plan] | None = None

    @property
    def workflow(self) -> Workflow:
        """The workflow of the plan."""
        return self.plan.workflow

    @cached_property
    def publish_steps(self) -> list[PublishStep]:
        """The steps that upload to an index and may run for the event."""
        return [each for each in self.all_publish_steps if each.may_run]

    @cached_property
    def all_publish_steps(self) -> list[PublishStep]:
        """The steps that upload to an index, of all jobs."""
        return publish_steps(self.plan)


@dataclass(frozen=True)
class Occurrence:
    """A place where a kind of problem was found: the line, the job, and a sentence with the facts."""

    line: int
    job: str
    what: str


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem: why it matters, what to do, and the function that finds it."""

    id: str
    severity: Severity
    why: str
    remedy: str
    find: Callable[[Subject], Iterator[Occurrence]] = field(compare=False)

    def problem(self, file: str, found: Occurrence) -> WorkflowProblem:
        """Return a problem of this kind in a file."""
        return WorkflowProblem(self.id, self.severity, file, found.line, found.job, found.what, self.why, self.remedy)
