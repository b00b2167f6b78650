"""Problems about when a job publishes: conditions, and events that strangers can cause."""

from __future__ import annotations

from collections.abc import Iterator

from fake_pypi.workflows.github.expressions import TEMPLATE
from fake_pypi.workflows.github.problems.problem import Occurrence, ProblemKind, Subject
from fake_pypi.workflows.github.problems.publish_steps import publish_steps

PULL_REQUESTS = ("pull_request", "pull_request_target")


def _always_true(subject: Subject) -> Iterator[Occurrence]:
    for job in subject.workflow.jobs.values():
        conditions = [(job.condition, job.lines.get("if", job.line))]
        conditions += [(step.condition, step.lines.get("if", step.line)) for step in job.steps]
        for condition, line in conditions:
            if isinstance(condition, str) and "${{" in condition and not TEMPLATE.fullmatch(condition.strip(" ")):
                shown = " ".join(condition.split())
                yield Occurrence(line, job.id, f"the condition `{shown}` has text around its ${{{{ }}}}")


def _from_pull_requests(subject: Subject) -> Iterator[Occurrence]:
    for name in PULL_REQUESTS:
        trigger = subject.workflow.triggers.get(name)
        if trigger is None or subject.replan is None:
            continue
        plan = subject.replan(name)
        for step in publish_steps(plan):
            if step.may_run:
                yield Occurrence(
                    trigger.line, step.job_id, f"the job {step.job_id} publishes when a pull request is opened ({name})"
                )


def _never_published(subject: Subject) -> Iterator[Occurrence]:
    everything = subject.all_publish_steps
    if everything and not subject.publish_steps and subject.plan.decision.runs:
        step = everything[0]
        yield Occurrence(
            step.planned.job.lines.get("if", step.planned.job.line),
            step.job_id,
            f"no job publishes for {subject.plan.event}: {step.planned.reason}",
        )


CONDITION_PROBLEMS = (
    ProblemKind(
        "condition-always-true",
        "error",
        "A condition with text around ${{ }}, even a line break, is a text that is not empty, and that is true.",
        "Write the whole condition inside one ${{ }}, or without ${{ }}.",
        _always_true,
    ),
    ProblemKind(
        "publish-from-pull-request",
        "error",
        "A pull request of anybody could publish; from a fork, GitHub gives neither secrets nor identity tokens to "
        "`pull_request`, so that the job fails, and both to `pull_request_target`.",
        "Publish from tags or releases only: `if: startsWith(github.ref, 'refs/tags/')`, or a workflow of its own.",
        _from_pull_requests,
    ),
    ProblemKind(
        "nothing-published",
        "warning",
        "The workflow starts and is green, but nothing is released.",
        "Compare the condition with the event, or ignore this if it is what you want.",
        _never_published,
    ),
)
