"""Find the problems of a workflow that cost people releases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.problems.problem import KnownPublisher, Subject, WorkflowProblem
from fake_pypi.workflows.github.problems.publish_conditions import CONDITION_PROBLEMS
from fake_pypi.workflows.github.problems.publish_credentials import CREDENTIAL_PROBLEMS
from fake_pypi.workflows.github.problems.release_artifacts import ARTIFACT_PROBLEMS
from fake_pypi.workflows.github.problems.release_versions import VERSION_PROBLEMS
from fake_pypi.workflows.github.triggers import events_of

PROBLEMS = (*VERSION_PROBLEMS, *ARTIFACT_PROBLEMS, *CREDENTIAL_PROBLEMS, *CONDITION_PROBLEMS)
"""Every kind of problem."""
RANK = {"error": 0, "warning": 1, "hint": 2}


def find_problems(
    plan: Plan, root: Path, *, version: str | None = None, publishers: Sequence[KnownPublisher] = ()
) -> list[WorkflowProblem]:
    """Return the problems of a planned run: errors first, then warnings and hints, each by line.

    `root` is the folder of the repository, `version` the project's version, and `publishers` are those registered.
    """

    def replan(event: str) -> Plan:
        return make_plan(plan.workflow, events_of(plan.workflow, name=event)[0], root)

    subject = Subject(plan, version, publishers, replan)
    found = {kind.problem(plan.workflow.file, each) for kind in PROBLEMS for each in kind.find(subject)}
    return sorted(found, key=lambda problem: (RANK[problem.severity], problem.line, problem.id, problem.what))
