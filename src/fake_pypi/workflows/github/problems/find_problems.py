"""Find the problems of a workflow that cost people releases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.problems.problem import KnownPublisher, Subject
from fake_pypi.workflows.github.problems.publish_conditions import CONDITION_PROBLEMS
from fake_pypi.workflows.github.problems.publish_credentials import CREDENTIAL_PROBLEMS
from fake_pypi.workflows.github.problems.publish_steps import publish_steps
from fake_pypi.workflows.github.problems.release_artifacts import ARTIFACT_PROBLEMS
from fake_pypi.workflows.github.problems.release_versions import VERSION_PROBLEMS
from fake_pypi.workflows.github.triggers import WorkflowEvent, decide, events_of, starting_event
from fake_pypi.workflows.github.workflow import Workflow
from fake_pypi.workflows.start_decision import Decision
from fake_pypi.workflows.workflow_problem import RANK, WorkflowProblem

PROBLEMS = (*VERSION_PROBLEMS, *ARTIFACT_PROBLEMS, *CREDENTIAL_PROBLEMS, *CONDITION_PROBLEMS)
"""Every kind of problem."""


def publishing_event(
    workflow: Workflow, events: Sequence[WorkflowEvent], root: Path, repository: str = "octo/demo"
) -> tuple[WorkflowEvent, Decision]:
    """Return the first of the events that starts a workflow and publishes; else the first that starts it, if any.

    A tag may start a workflow twice, by its push and by the release on GitHub, and only one of these publishes.
    """
    for event in events:
        decision = decide(workflow, event)
        if decision.runs and any(
            step.may_run for step in publish_steps(make_plan(workflow, event, root, repository=repository))
        ):
            return event, decision
    return starting_event(workflow, events)


def find_problems(
    plan: Plan, root: Path, *, version: str | None = None, publishers: Sequence[KnownPublisher] = ()
) -> list[WorkflowProblem]:
    """Return the problems of a planned run: errors first, then warnings and hints, each by line.

    `root` is the folder of the repository, `version` the project's version, and `publishers` are those registered.
    """

    def replan(event: str) -> Plan:
        repository = plan.contexts["github"]["repository"]
        return make_plan(plan.workflow, events_of(plan.workflow, name=event)[0], root, repository=repository)

    subject = Subject(plan, version, publishers, replan)
    found = {kind.problem(plan.workflow.file, each) for kind in PROBLEMS for each in kind.find(subject)}
    return sorted(found, key=lambda problem: (RANK[problem.severity], problem.line, problem.id, problem.what))
