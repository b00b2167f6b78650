"""A kind of problem of a pipeline, and a problem that was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.gitlab.upload_commands import UploadCommand, upload_commands

PipelineSeverity = Literal["error", "warning", "hint"]
SEVERITIES = ("error", "warning", "hint")


@dataclass(frozen=True)
class PipelineProblem:
    """A problem: what was found where, why it matters, and what to do."""

    id: str
    severity: PipelineSeverity
    place: Place
    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what} [{self.id}]"


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
    severity: PipelineSeverity
    why: str
    remedy: str
    find: Finder


def index_title(index: str) -> str:
    """Return the name of an index for messages."""
    return {"pypi": "PyPI", "testpypi": "TestPyPI"}.get(index, "an index")
