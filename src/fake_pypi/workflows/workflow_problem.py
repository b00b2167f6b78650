"""A problem of a workflow or pipeline that was found without a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]
"""An error makes a release fail or puts it at the wrong place; a warning may; a hint makes failures easier to read."""
RANK: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True)
class WorkflowProblem:
    """A problem: where it is, `what` are the facts, `why` it matters, and what to do.

    `job` is the job that has it, "" for what is about no single job.
    """

    id: str
    severity: Severity
    file: str
    line: int
    job: str
    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what} [{self.id}]"

    @property
    def text(self) -> str:
        """The problem with why it matters and what to do, each in a line."""
        return f"{self}\n{self.why}\n{self.remedy}"


def index_title(name: str) -> str:
    """Return the name of an index for messages.

    >>> index_title("testpypi"), index_title("other")
    ('TestPyPI', 'an index')
    """
    return {"pypi": "PyPI", "testpypi": "TestPyPI"}.get(name, "an index")
