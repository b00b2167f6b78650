"""Decide whether an event starts a workflow, and which event a tag or a branch makes.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.event_kinds import EVENTS
from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.filter_patterns import includes, last_match
from fake_pypi.workflows.github.workflow import Trigger, Workflow
from fake_pypi.workflows.github.yaml_values import Value
from fake_pypi.workflows.start_decision import Decision

TAGS = "refs/tags/"
HEADS = "refs/heads/"
ACTIVITIES: Mapping[str, tuple[str, ...]] = {
    # Publishing a new release does all three; only a draft is created earlier.
    "release": ("published", "released", "created"),
    "pull_request": ("opened",),
    "pull_request_target": ("opened",),
    "workflow_run": ("completed",),
}
"""The activity types that happen when nothing else is named."""


@dataclass(frozen=True)
class WorkflowEvent:
    """An event of a repository: its name, the full name of the ref ("refs/tags/v1.0"), and what filters look at.

    `activity` is the activity type ("published"), `base` the branch that a pull request goes to, `changed_files` the
    files of a push or a pull request (None: not known), `inputs` what a person enters for `workflow_dispatch`,
    `other_workflow` the name of the workflow of `workflow_run`, `prerelease` that of the release.
    """

    name: str
    ref: str = f"{HEADS}main"
    activity: str = ""
    base: str = ""
    changed_files: tuple[str, ...] | None = None
    inputs: Mapping[str, Value] = field(default_factory=dict)
    other_workflow: str = ""
    prerelease: bool = False

    @property
    def ref_name(self) -> str:
        """The name of the tag or the branch."""
        return self.ref.removeprefix(TAGS).removeprefix(HEADS)

    @property
    def is_tag(self) -> bool:
        """Whether the ref is a tag."""
        return self.ref.startswith(TAGS)

    def __str__(self) -> str:
        kind = "tag" if self.is_tag else "branch"
        activity = f" ({self.activity})" if self.activity else ""
        return f"{self.name}{activity} of the {kind} {self.ref_name}"


def decide(workflow: Workflow, event: WorkflowEvent) -> Decision:
    """Return whether an event starts a workflow, with the filter that decides."""
    trigger = workflow.triggers.get(event.name)
    if trigger is None and set(workflow.triggers) == {"workflow_call"}:
        why = "only another workflow starts it, by calling it (workflow_call): rehearse the one that calls it"
        return Decision(runs=False, reason=why, line=workflow.triggers["workflow_call"].line)
    if trigger is None:
        listed = ", ".join(workflow.triggers)
        line = min((each.line for each in workflow.triggers.values()), default=0)
        return Decision(
            runs=False, reason=f"{event.name} is not among the events that start this workflow ({listed})", line=line
        )
    kind = EVENTS[event.name]
    if kind.not_rehearsed:
        return Decision(runs=False, reason=f"{event.name} cannot be rehearsed: {kind.not_rehearsed}", line=trigger.line)
    decisions = [_by_type(trigger, event), *_by_ref(trigger, event), _by_paths(trigger, event)]
    if event.name == "workflow_run":
        decisions.append(_by_name(trigger, event))
    against = next((decision for decision in decisions if not decision.runs), None)
    if against:
        return against
    reasons = [decision for decision in decisions if decision.reason]
    if not reasons:
        return Decision(runs=True, reason=f"`{event.name}` has no filter that excludes it", line=trigger.line)
    return Decision(runs=True, reason="; ".join(decision.reason for decision in reasons), line=reasons[0].line)


def _by_type(trigger: Trigger, event: WorkflowEvent) -> Decision:
    kind = EVENTS[event.name]
    types = _patterns(trigger, "types") or kind.default_types
    line = trigger.filters.lines.get("types", trigger.line)
    if "types" in trigger.filters and event.activity in types:
        return Decision(runs=True, reason=f"the activity type '{event.activity}' is among `types`", line=line)
    if not types or event.activity in types:
        return Decision(runs=True, reason="")
    return Decision(
        runs=False, reason=f"the activity type is '{event.activity}', and `types` has {', '.join(types)}", line=line
    )


def _by_ref(trigger: Trigger, event: WorkflowEvent) -> list[Decision]:
    """Return the decisions of the filters for branches and tags."""
    if event.name not in {"push", "pull_request", "pull_request_target", "workflow_run", "merge_group"}:
        return []
    is_tag = event.name == "push" and event.is_tag
    own, other = ("tags", "branches") if is_tag else ("branches", "tags")
    name = event.ref_name if event.name in {"push", "workflow_run"} else event.base or "main"
    filters = trigger.filters
    if own not in filters and f"{own}-ignore" not in filters:
        for key in (other, f"{other}-ignore"):
            if key in filters:
                kind = "tag" if is_tag else "branch"
                why = f"a push of a {kind} does not start it, because `on.push` filters by `{key}` and has no `{own}`"
                return [Decision(runs=False, reason=why, line=filters.lines[key])]
        return []
    return [_by_patterns(trigger, own, name)]


def _no_regex(patterns: Sequence[str]) -> str:
    """Return a remark about patterns that look like regular expressions, "" without one."""
    looks = any(re.search(r"^\^|\$$|\\[dw.]|\.\*", pattern) for pattern in patterns)
    return "; patterns are globs and no regular expressions: write v* or v[0-9]+.*" if looks else ""


def _by_patterns(trigger: Trigger, key: str, name: str) -> Decision:
    """Return the decision of `tags` and `tags-ignore`, or `branches` and `branches-ignore`, for a name."""
    kind = {"tags": "tag", "branches": "branch"}[key]
    ignored = f"{key}-ignore"
    used = key if key in trigger.filters else ignored
    patterns, line = _patterns(trigger, used), trigger.filters.lines[used]
    decisive = last_match(patterns, name)
    if used == ignored:
        runs = not includes(patterns, name)
        why = (
            f"the {kind} '{name}' matches '{decisive}' of `{used}`"
            if not runs
            else (f"the {kind} '{name}' matches no pattern of `{used}`")
        )
        return Decision(runs, why, line)
    if decisive is None:
        return Decision(
            runs=False,
            reason=f"the {kind} '{name}' matches no pattern of `{used}` ({', '.join(patterns)}){_no_regex(patterns)}",
            line=line,
        )
    if decisive.startswith("!"):
        return Decision(runs=False, reason=f"the {kind} '{name}' is excluded by '{decisive}' of `{used}`", line=line)
    return Decision(runs=True, reason=f"the {kind} '{name}' matches '{decisive}' of `{used}`", line=line)


def _by_paths(trigger: Trigger, event: WorkflowEvent) -> Decision:
    """Return the decision of `paths` and `paths-ignore`, which GitHub does not apply to pushes of tags."""
    used = next((key for key in ("paths", "paths-ignore") if key in trigger.filters), None)
    if used is None or event.is_tag:
        return Decision(runs=True, reason="")
    patterns, line = _patterns(trigger, used), trigger.filters.lines[used]
    if event.changed_files is None:
        return Decision(
            runs=True, reason=f"`{used}` is not applied, because the changed files are not known", line=line
        )
    wanted = used == "paths"
    if any(includes(patterns, file) == wanted for file in event.changed_files):
        return Decision(runs=True, reason="")
    none = "no changed file matches" if wanted else "every changed file matches"
    return Decision(runs=False, reason=f"{none} a pattern of `{used}` ({', '.join(patterns)})", line=line)


def _by_name(trigger: Trigger, event: WorkflowEvent) -> Decision:
    names = _patterns(trigger, "workflows")
    if not names or not event.other_workflow or includes(names, event.other_workflow):
        return Decision(runs=True, reason="")
    line = trigger.filters.lines["workflows"]
    return Decision(
        runs=False,
        reason=f"the workflow '{event.other_workflow}' is not in `workflows` ({', '.join(names)})",
        line=line,
    )


def _patterns(trigger: Trigger, key: str) -> tuple[str, ...]:
    value = trigger.filters.get(key)
    if value is None:
        return ()
    return tuple(map(to_text, value)) if isinstance(value, list) else (to_text(value),)


def events_of(
    workflow: Workflow,
    *,
    tag: str | None = None,
    branch: str | None = None,
    name: str | None = None,
    activity: str | None = None,
    inputs: Mapping[str, str] | None = None,
) -> list[WorkflowEvent]:
    """Return the events that happen, in the order in which they are to be tried.

    A new tag is pushed and created, and with a GitHub release also published, so without `name` there are up to three
    events, one for each trigger that the workflow has; else it is started by hand for the tag. Without a tag it is
    `workflow_dispatch` if the workflow has it, else a push to the branch.
    """
    ref = f"{TAGS}{tag.removeprefix(TAGS)}" if tag else f"{HEADS}{branch or 'main'}"
    if name is not None and name not in EVENTS:
        raise UsageError(f"there is no event '{name}'", f"the workflow has {', '.join(workflow.triggers)}")
    if name:
        names: Sequence[str] = [name]
    elif tag:
        names = [each for each in ("push", "release", "create") if each in workflow.triggers]
        names = names or ["workflow_dispatch" if "workflow_dispatch" in workflow.triggers else "push"]
    else:
        names = [each for each in ("workflow_dispatch", "push") if each in workflow.triggers] or ["push"]
        names = names[:1]
    return [
        WorkflowEvent(
            name=each,
            ref=ref,
            activity=kind,
            base=branch or "main" if each.startswith("pull_request") else "",
            inputs=dispatch_inputs(workflow, inputs or {}) if each == "workflow_dispatch" else {},
            prerelease=activity == "prereleased",
        )
        for each in names
        for kind in ((activity,) if activity else ACTIVITIES.get(each, ("",)))
    ]


def starting_event(workflow: Workflow, events: Sequence[WorkflowEvent]) -> tuple[WorkflowEvent, Decision]:
    """Return the first of the events that starts a workflow with the decision, or the first event and why not."""
    decisions = [(event, decide(workflow, event)) for event in events]
    started = next(((event, decision) for event, decision in decisions if decision.runs), None)
    if started:
        return started
    if len(decisions) == 1:
        return decisions[0]
    reasons = "; ".join(f"{event}: {decision.reason}" for event, decision in decisions)
    return decisions[0][0], Decision(runs=False, reason=reasons, line=decisions[0][1].line)


def dispatch_inputs(workflow: Workflow, given: Mapping[str, str]) -> dict[str, Value]:
    """Return the inputs of `workflow_dispatch` with their types and defaults, as the context `inputs` has them.

    Raise `UsageError` for an input that does not exist, has a wrong value, or is missing.
    """
    unknown = sorted(set(given) - set(workflow.dispatch_inputs))
    if unknown:
        known = ", ".join(workflow.dispatch_inputs) or "no inputs"
        raise UsageError(f"Unexpected inputs provided: {', '.join(unknown)}", f"the workflow has {known}")
    values: dict[str, Value] = {}
    for name, item in workflow.dispatch_inputs.items():
        value: Value = given.get(name, item.default)
        if item.required and value in (None, ""):
            raise UsageError(f"Required input '{name}' not provided", "give it a value")
        if item.type == "choice" and item.choices and name in given and value not in item.choices:
            raise UsageError(f"'{value}' is not a choice of the input '{name}'", f"it has {', '.join(item.choices)}")
        if item.type == "choice" and value is None and item.choices:
            value = item.choices[0]
        values[name] = typed_input(name, item.type, value)
    return values


def typed_input(name: str, kind: str, value: Value) -> Value:
    """Return the value of an input as its type; a missing one is false, 0 or empty. Raise `UsageError` for others."""
    if kind == "boolean":
        if value in (None, "", True, False, "true", "false"):
            return value in (True, "true")
        raise UsageError(f"the input '{name}' is a boolean, not '{to_text(value)}'", "write true or false")
    if kind == "number":
        if value in (None, ""):
            return 0
        try:
            return float(to_text(value))
        except ValueError:
            raise UsageError(f"the input '{name}' is a number, not '{to_text(value)}'", "write a number") from None
    return to_text(value)
