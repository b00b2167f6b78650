"""An event starts a workflow, or does not, for a reason with a line."""

from __future__ import annotations

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.triggers import (
    WorkflowEvent,
    decide,
    dispatch_inputs,
    events_of,
    starting_event,
)
from fake_pypi.workflows.github.workflow import Workflow
from fake_pypi.workflows.github.workflow_reader import workflow_from_text
from fake_pypi.workflows.start_decision import Decision

HYPHEN = "{push: {tags: ['v*', '!v*-*']}}"


def workflow(on: str) -> Workflow:
    return workflow_from_text(f"on: {on}\njobs: {{a: {{runs-on: ubuntu-latest, steps: [{{run: x}}]}}}}")


def decided(on: str, **options: str | None) -> Decision:
    read = workflow(on)
    return starting_event(read, events_of(read, **options))[1]  # type: ignore[arg-type]  # inputs are passed elsewhere


@pytest.mark.parametrize(
    ("on", "tag", "reason"),
    [
        ("{push: {tags: ['v*']}}", "v1.0", "the tag 'v1.0' matches 'v*' of `tags`"),
        ("push", "v1.0", "`push` has no filter that excludes it"),
        (HYPHEN, "v1.0", "the tag 'v1.0' matches 'v*' of `tags`"),
        ("{push: {tags-ignore: ['nightly*']}}", "v1.0", "the tag 'v1.0' matches no pattern of `tags-ignore`"),
        ("{release: {types: [published]}}", "v1.0", "the activity type 'published' is among `types`"),
        ("{release: {types: [created]}}", "v1.0", "the activity type 'created' is among `types`"),
        ("{push: {branches: [main]}, release: }", "v1.0", "`release` has no filter that excludes it"),
        ("create", "v1.0", "`create` has no filter that excludes it"),
        ("{push: {tags: ['v*'], paths: ['src/**']}}", "v1.0", "the tag 'v1.0' matches 'v*' of `tags`"),
    ],
)
def test_a_tag_starts_the_workflow(on: str, tag: str, reason: str) -> None:
    assert decided(on, tag=tag) == Decision(runs=True, reason=reason, line=1)


@pytest.mark.parametrize(
    ("on", "tag", "reason"),
    [
        (HYPHEN, "v1.0-rc1", "the tag 'v1.0-rc1' is excluded by '!v*-*' of `tags`"),
        ("{push: {tags: ['v*', 'x']}}", "1.0", "the tag '1.0' matches no pattern of `tags` (v*, x)"),
        (
            "{push: {branches: [main]}}",
            "v1.0",
            "a push of a tag does not start it, because `on.push` filters by `branches` and has no `tags`",
        ),
        ("{push: {tags-ignore: ['v*']}}", "v1.0", "the tag 'v1.0' matches 'v*' of `tags-ignore`"),
        ("pull_request", "v1.0", "push is not among the events that start this workflow (pull_request)"),
        ("{release: {types: [deleted]}}", "v1", "the activity type is 'published', and `types` has deleted"),
    ],
)
def test_a_tag_does_not_start_the_workflow(on: str, tag: str, reason: str) -> None:
    decision = decided(on, tag=tag)
    assert not decision.runs
    assert reason in decision.reason
    assert decision.line == 1


def test_every_event_of_a_tag_has_its_reason() -> None:
    decision = decided("{push: {branches: [main]}, release: {types: [deleted]}}", tag="v1")
    assert decision.reason.startswith("push of the tag v1: a push of a tag does not start it")
    assert "release (published) of the tag v1: the activity type is 'published'" in decision.reason


@pytest.mark.parametrize(
    ("on", "event", "runs"),
    [
        ("{push: {branches: [main, 'rel/**']}}", WorkflowEvent("push", "refs/heads/rel/1/x"), True),
        ("{push: {branches: [main]}}", WorkflowEvent("push", "refs/heads/dev"), False),
        ("{push: {tags: [v1]}}", WorkflowEvent("push", "refs/heads/v1"), False),
        ("{push: {branches-ignore: [dev]}}", WorkflowEvent("push", "refs/heads/dev"), False),
        ("{push: {paths: ['src/**']}}", WorkflowEvent("push", changed_files=("README.md", "src/a.py")), True),
        ("{push: {paths: ['src/**']}}", WorkflowEvent("push", changed_files=("README.md",)), False),
        ("{push: {paths-ignore: ['**.md']}}", WorkflowEvent("push", changed_files=("README.md",)), False),
        ("{push: {paths-ignore: ['**.md']}}", WorkflowEvent("push", changed_files=("README.md", "a.py")), True),
        ("{push: {paths: ['src/**']}}", WorkflowEvent("push"), True),
        ("{pull_request: {branches: [main]}}", WorkflowEvent("pull_request", activity="opened", base="main"), True),
        ("{pull_request: {branches: [main]}}", WorkflowEvent("pull_request", activity="opened", base="dev"), False),
        ("pull_request", WorkflowEvent("pull_request", activity="labeled"), False),
        ("{pull_request: {types: [labeled]}}", WorkflowEvent("pull_request", activity="labeled"), True),
        (
            "{workflow_run: {workflows: [CI], types: [completed]}}",
            WorkflowEvent("workflow_run", activity="completed"),
            True,
        ),
        (
            "{workflow_run: {workflows: [CI]}}",
            WorkflowEvent("workflow_run", activity="completed", other_workflow="Docs"),
            False,
        ),
        ("{schedule: [{cron: '0 4 * * *'}]}", WorkflowEvent("schedule"), True),
        ("{repository_dispatch: {types: [go]}}", WorkflowEvent("repository_dispatch", activity="stop"), False),
        ("issues", WorkflowEvent("issues"), False),
    ],
)
def test_filters_decide_about_other_events(on: str, event: WorkflowEvent, runs: bool) -> None:
    assert decide(workflow(on), event).runs is runs


def test_without_a_tag_a_workflow_is_started_by_hand_or_by_a_push() -> None:
    assert [event.name for event in events_of(workflow("[push, workflow_dispatch]"))] == ["workflow_dispatch"]
    assert [str(event) for event in events_of(workflow("push"), branch="dev")] == ["push of the branch dev"]


def test_an_unknown_event_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="there is no event 'tag': the workflow has push"):
        events_of(workflow("push"), name="tag")


INPUTS = """{workflow_dispatch: {inputs: {
    target: {type: choice, options: [testpypi, pypi]}, dry: {type: boolean, default: true}, count: {type: number},
    version: {required: true}}}}"""


def test_inputs_have_their_types_and_defaults() -> None:
    values = dispatch_inputs(workflow(INPUTS), {"version": "1.0", "dry": "false"})
    assert values == {"target": "testpypi", "dry": False, "count": 0, "version": "1.0"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Required input 'version' not provided"),
        ({"version": "1", "x": "2"}, "Unexpected inputs provided: x"),
        ({"version": "1", "target": "devpi"}, "'devpi' is not a choice of the input 'target': it has testpypi, pypi"),
        ({"version": "1", "dry": "yes"}, "the input 'dry' is a boolean, not 'yes'"),
        ({"version": "1", "count": "many"}, "the input 'count' is a number, not 'many'"),
    ],
)
def test_a_wrong_input_is_wrong_usage(given: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        dispatch_inputs(workflow(INPUTS), given)
