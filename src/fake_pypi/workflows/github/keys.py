"""The keys of workflows and actions that GitHub knows, and what this project does with each.

From the workflow and action schemas of GitHub's language services (github.com/actions/languageservices,
workflow-parser/src/workflow-v1.0.json and action-v1.0.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Support = Literal["supported", "without effect", "refused"]


@dataclass(frozen=True)
class Key:
    """A key of a workflow: whether it is supported, and a sentence where it has no effect or is refused."""

    name: str
    support: Support = "supported"
    sentence: str = ""


def _keys(supported: str, *others: Key) -> Mapping[str, Key]:
    return {key.name: key for key in (*map(Key, supported.split()), *others)}


def _without_effect(names: str, sentence: str) -> tuple[Key, ...]:
    return tuple(Key(name, "without effect", sentence) for name in names.split())


def _refused(names: str, sentence: str) -> tuple[Key, ...]:
    return tuple(Key(name, "refused", sentence) for name in names.split())


_ONE_RUN = "there is one run at a time, so nothing waits and nothing is cancelled"
_CONTAINER = "a job in a container is not run, because no containers are started"
_BACKGROUND = "steps in the background are not supported: the job is not run"
_SHOWN = "it is only shown"

WORKFLOW = _keys(
    "on name run-name defaults env permissions jobs",
    *_without_effect("concurrency", _ONE_RUN),
    *_without_effect("description", _SHOWN),
)
JOB = _keys(
    "name needs if runs-on strategy steps env environment permissions outputs defaults uses with secrets "
    "continue-on-error timeout-minutes",
    *_without_effect("concurrency", _ONE_RUN),
    *_without_effect("cancel-timeout-minutes", "nothing is cancelled"),
    *_refused("container", _CONTAINER),
    *_refused("services", "a job with services is not run, because no containers are started"),
    *_without_effect("snapshot", "no image is made of the machine"),
)
CALLING_JOB = frozenset({"name", "uses", "with", "secrets", "needs", "if", "permissions", "concurrency", "strategy"})
"""Keys that a job has that calls a reusable workflow."""
STEP = _keys(
    "name id if run uses with env shell working-directory continue-on-error timeout-minutes",
    *_refused("background wait wait-all cancel", _BACKGROUND),
)
COMPOSITE_STEP = _keys("name id if run uses with env shell working-directory continue-on-error")
STRATEGY = _keys(
    "matrix",
    *_without_effect("fail-fast max-parallel", "the entries of a matrix run one after another, and all of them run"),
)
ENVIRONMENT = _keys("name url", *_without_effect("deployment", "there are no deployments"))
CONCURRENCY = _keys("", *_without_effect("group cancel-in-progress queue", _ONE_RUN))
DEFAULTS = _keys("run")
DEFAULTS_RUN = _keys("shell working-directory")
RUNS_ON = _keys("labels", *_without_effect("group", "groups of runners are not known here"))
CONTAINER = _keys("image", *_refused("options env ports volumes credentials", _CONTAINER))
SERVICE = _keys("image", *_refused("options env ports volumes credentials entrypoint command", _CONTAINER))
DISPATCH = _keys("inputs")
CALL = _keys("inputs secrets outputs")
INPUT = _keys("description type required default options deprecationMessage")
CALL_INPUT = _keys("description type required default deprecationMessage")
CALL_SECRET = _keys("description required")
CALL_OUTPUT = _keys("description value")
ACTION = _keys("inputs outputs runs", *_without_effect("name description author branding", _SHOWN))
RUNS = _keys(
    "using steps",
    *_refused("main pre pre-if post post-if", "actions in JavaScript are not run"),
    *_refused("image entrypoint args env pre-entrypoint post-entrypoint", "actions in a container are not run"),
)
ACTION_INPUT = _keys("default required", *_without_effect("description deprecationMessage", _SHOWN))
ACTION_OUTPUT = _keys("value", *_without_effect("description", _SHOWN))

PLACES: Mapping[str, Mapping[str, Key]] = {
    "workflow": WORKFLOW,
    "job": JOB,
    "step": STEP,
    "strategy": STRATEGY,
    "environment": ENVIRONMENT,
    "concurrency": CONCURRENCY,
    "defaults": DEFAULTS,
    "defaults.run": DEFAULTS_RUN,
    "runs-on": RUNS_ON,
    "container": CONTAINER,
    "service": SERVICE,
    "workflow_dispatch": DISPATCH,
    "workflow_call": CALL,
    "input of workflow_dispatch": INPUT,
    "input of workflow_call": CALL_INPUT,
    "secret of workflow_call": CALL_SECRET,
    "output of workflow_call": CALL_OUTPUT,
    "action": ACTION,
    "runs": RUNS,
    "step of a composite action": COMPOSITE_STEP,
    "input of an action": ACTION_INPUT,
    "output of an action": ACTION_OUTPUT,
}
"""Every kind of mapping with its keys."""

_READ_AND_WRITE = (
    "actions artifact-metadata attestations checks contents deployments discussions issues packages pages "
    "pull-requests repository-projects security-events statuses"
)
SCOPES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_READ_AND_WRITE.split(), ("read", "write", "none")),
    "copilot-requests": ("write", "none"),
    "id-token": ("write", "none"),
    "models": ("read", "none"),
    "vulnerability-alerts": ("read", "none"),
}
"""The scopes of `permissions`, with the levels that each may have."""
