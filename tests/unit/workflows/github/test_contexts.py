"""The context `github` has what workflows that publish read, for each event."""

from __future__ import annotations

import pytest

from fake_pypi.workflows.github.contexts import github_context
from fake_pypi.workflows.github.expressions import evaluate
from fake_pypi.workflows.github.triggers import WorkflowEvent
from fake_pypi.workflows.github.workflow_reader import workflow_from_text

WORKFLOW = workflow_from_text(
    "{on: {schedule: [{cron: '0 4 * * *'}]}, name: Release, jobs: {a: {runs-on: ubuntu-latest, steps: [{run: x}]}}}",
    ".github/workflows/release.yml",
)
TAG = "refs/tags/v1.0"


@pytest.mark.parametrize(
    ("event", "expression", "value"),
    [
        (WorkflowEvent("push", TAG), "github.ref", TAG),
        (WorkflowEvent("push", TAG), "github.ref_name", "v1.0"),
        (WorkflowEvent("push", TAG), "github.ref_type", "tag"),
        (WorkflowEvent("push", TAG), "github.event.created", True),
        (WorkflowEvent("push"), "github.ref_type", "branch"),
        (WorkflowEvent("push"), "startsWith(github.event.ref, 'refs/heads/')", True),
        (WorkflowEvent("push", TAG), "github.workflow_ref", f"octo/demo/.github/workflows/release.yml@{TAG}"),
        (WorkflowEvent("push", TAG), "github.workflow", "Release"),
        (WorkflowEvent("push", TAG), "github.event.head_commit.id == github.sha", True),
        (WorkflowEvent("release", TAG, "published"), "github.event.release.tag_name", "v1.0"),
        (WorkflowEvent("release", TAG, "published"), "github.event.action", "published"),
        (WorkflowEvent("release", TAG, prerelease=True), "github.event.release.prerelease", True),
        (WorkflowEvent("create", TAG), "github.event.ref_type", "tag"),
        (WorkflowEvent("workflow_dispatch", inputs={"dry": True}), "github.event.inputs.dry", "true"),
        (WorkflowEvent("pull_request", "refs/heads/fix", base="main"), "github.ref", "refs/pull/1/merge"),
        (WorkflowEvent("pull_request", "refs/heads/fix", base="main"), "github.base_ref", "main"),
        (WorkflowEvent("pull_request", "refs/heads/fix", base="main"), "github.head_ref", "fix"),
        (WorkflowEvent("pull_request", base="main"), "github.event.pull_request.head.repo.full_name", "octo/demo"),
        (WorkflowEvent("pull_request_target", "refs/heads/fix", base="main"), "github.ref_name", "main"),
        (WorkflowEvent("workflow_run", other_workflow="CI"), "github.event.workflow_run.conclusion", "success"),
        (WorkflowEvent("schedule"), "github.event.schedule", "0 4 * * *"),
        (WorkflowEvent("repository_dispatch", activity="go"), "github.event.action", "go"),
        (WorkflowEvent("push"), "github.repository_owner", "octo"),
        (WorkflowEvent("push"), "github.event.repository.default_branch", "main"),
        (WorkflowEvent("push"), "github.event.pull_request.number", None),
    ],
)
def test_the_context_has_the_values_of_the_event(event: WorkflowEvent, expression: str, value: object) -> None:
    assert evaluate(expression, {"github": github_context(WORKFLOW, event)}) == value
