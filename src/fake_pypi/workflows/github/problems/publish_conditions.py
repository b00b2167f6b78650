"""Problems about when a job publishes: conditions, and events that strangers can cause."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from fake_pypi.workflows.github.expressions import TEMPLATE
from fake_pypi.workflows.github.problems.problem import Occurrence, ProblemKind, Subject
from fake_pypi.workflows.github.problems.publish_steps import publish_steps
from fake_pypi.workflows.tag_versions import version_of_tag

PULL_REQUESTS = ("pull_request", "pull_request_target")
GITHUB_PROPERTY = re.compile(r"(?<![\w.'\"-])github\.([A-Za-z_][\w-]*)")
GITHUB_PROPERTIES = """
    action action_path action_ref action_repository action_status actor actor_id api_url artifact_cache_size_limit
    base_ref env event event_name event_path graphql_url head_ref job job_workflow_sha path ref ref_name ref_protected
    ref_type repository repository_id repository_owner repository_owner_id repository_visibility repositoryurl
    retention_days run_attempt run_id run_number secret_source server_url sha token triggering_actor workflow
    workflow_ref workflow_sha workspace
"""
"""https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context"""


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


def _pypi_left_out(subject: Subject) -> Iterator[Occurrence]:
    """Find jobs that publish to PyPI and do not run for the tag of a final release, where others publish."""
    event = subject.plan.event
    version = version_of_tag(event.ref_name) if event.is_tag else None
    is_final = version is not None and not version.is_prerelease and "-" not in event.ref_name
    running = [step.index for step in subject.publish_steps]
    if not is_final or not running or not {"testpypi"} >= set(running):
        return
    for step in subject.all_publish_steps:
        job = step.planned.job
        if step.index == "pypi":
            why = step.planned.reason or "its step is skipped"
            yield Occurrence(
                job.lines.get("if", job.line), job.id, f"the job {job.id} does not publish to PyPI for {event}: {why}"
            )


def _from_every_branch(subject: Subject) -> Iterator[Occurrence]:
    trigger = subject.workflow.triggers.get("push")
    if trigger is None or subject.replan is None or {"branches", "branches-ignore", "tags"} & set(trigger.filters):
        return
    for step in publish_steps(subject.replan("push")):
        if step.may_run and step.index == "pypi":
            yield Occurrence(
                trigger.line, step.job_id, f"the job {step.job_id} publishes to PyPI on every push of a branch"
            )


def _unknown_property(subject: Subject) -> Iterator[Occurrence]:
    known = GITHUB_PROPERTIES.split()
    for job in subject.workflow.jobs.values():
        conditions = [(job.condition, job.lines.get("if", job.line))]
        conditions += [(step.condition, step.lines.get("if", step.line)) for step in job.steps]
        for condition, line in conditions:
            for name in GITHUB_PROPERTY.findall(str(condition or "")):
                if name.lower() not in known:
                    near = difflib.get_close_matches(name.lower(), known, 1)
                    hint = f": did you mean github.{near[0]}?" if near else ""
                    yield Occurrence(line, job.id, f"there is no github.{name}{hint}")


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
        "pypi-left-out",
        "warning",
        "The workflow is green, and the release is on TestPyPI alone.",
        "Compare the condition with the event; where another event publishes to PyPI, rehearse that one with --event.",
        _pypi_left_out,
    ),
    ProblemKind(
        "publish-from-every-branch",
        "error",
        "Each push of a branch is then published, and the second one fails because its files exist.",
        "Publish from tags only: `on: {push: {tags: [\"v*\"]}}`, or `if: startsWith(github.ref, 'refs/tags/')`.",
        _from_every_branch,
    ),
    ProblemKind(
        "unknown-property",
        "warning",
        "GitHub reads a property that does not exist as an empty text, without an error: the condition is then false.",
        "Correct the name.",
        _unknown_property,
    ),
    ProblemKind(
        "nothing-published",
        "warning",
        "The workflow starts and is green, but nothing is released.",
        "Compare the condition with the event, or ignore this if it is what you want.",
        _never_published,
    ),
)
