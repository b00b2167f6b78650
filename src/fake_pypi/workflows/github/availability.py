"""Which contexts and functions an expression may use, by the key of the workflow that it stands in.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability, and the schemas of
GitHub's language services, which the docs are generated from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fake_pypi.workflows.github.expression_functions import FUNCTIONS, STATUS_FUNCTIONS
from fake_pypi.workflows.github.expression_syntax import parse
from fake_pypi.workflows.github.expressions import check_names, templates
from fake_pypi.workflows.invalid_workflow import InvalidExpression

CONTEXTS: Mapping[str, str] = {
    "github": "the run, the event and the repository",
    "env": "variables of the workflow, the job and the step",
    "vars": "variables of the repository, the organization and the environment",
    "job": "the job that is running",
    "jobs": "the jobs of a reusable workflow, in its outputs",
    "steps": "the steps of the job that have run, if they have an id",
    "runner": "the machine that runs the job",
    "secrets": "secrets of the repository, the organization and the environment",
    "strategy": "the matrix strategy of the job",
    "matrix": "the entry of the matrix that the job runs for",
    "needs": "the jobs that the job needs",
    "inputs": "inputs of workflow_dispatch, of a reusable workflow, or of a composite action",
}
"""Every context, with what it has."""

RUN = ("github", "inputs", "vars")
JOB = (*RUN, "needs", "strategy", "matrix")
RUNNING = (*JOB, "job", "runner", "env")
STEP = (*RUNNING, "secrets", "steps")
COMPOSITE = ("github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env")
STATUS = tuple(sorted(STATUS_FUNCTIONS))
HASH = ("hashfiles",)


@dataclass(frozen=True)
class Availability:
    """The contexts, and the functions besides those that are available everywhere."""

    contexts: tuple[str, ...]
    functions: tuple[str, ...] = ()
    is_condition: bool = False


_STEP_VALUE = Availability(STEP, HASH)
_JOB_VALUE = Availability(JOB)
_COMPOSITE_VALUE = Availability(COMPOSITE, HASH)
AVAILABILITY: Mapping[str, Availability] = {
    "run-name": Availability(RUN),
    "concurrency": Availability(RUN),
    "env": Availability((*RUN, "secrets")),
    "on.workflow_call.inputs.<inputs_id>.default": Availability(RUN),
    "on.workflow_call.outputs.<output_id>.value": Availability((*RUN, "jobs")),
    "jobs.<job_id>.if": Availability((*RUN, "needs"), STATUS, is_condition=True),
    "jobs.<job_id>.name": _JOB_VALUE,
    "jobs.<job_id>.runs-on": _JOB_VALUE,
    "jobs.<job_id>.environment": _JOB_VALUE,
    "jobs.<job_id>.environment.url": Availability((*RUNNING, "steps")),
    "jobs.<job_id>.concurrency": _JOB_VALUE,
    "jobs.<job_id>.continue-on-error": _JOB_VALUE,
    "jobs.<job_id>.timeout-minutes": _JOB_VALUE,
    "jobs.<job_id>.container": _JOB_VALUE,
    "jobs.<job_id>.container.image": _JOB_VALUE,
    "jobs.<job_id>.container.credentials": Availability((*JOB, "secrets", "env")),
    "jobs.<job_id>.container.env.<env_id>": Availability((*RUNNING, "secrets", "steps")),
    "jobs.<job_id>.services": _JOB_VALUE,
    "jobs.<job_id>.services.<service_id>.credentials": Availability((*JOB, "secrets", "env")),
    "jobs.<job_id>.services.<service_id>.env.<env_id>": Availability((*RUNNING, "secrets", "steps")),
    "jobs.<job_id>.strategy": Availability((*RUN, "needs")),
    "jobs.<job_id>.env": Availability((*JOB, "secrets")),
    "jobs.<job_id>.defaults.run": Availability((*JOB, "env")),
    "jobs.<job_id>.outputs.<output_id>": Availability(STEP),
    "jobs.<job_id>.with.<with_id>": _JOB_VALUE,
    "jobs.<job_id>.secrets.<secrets_id>": Availability((*JOB, "secrets")),
    "jobs.<job_id>.steps.if": Availability((*RUNNING, "steps"), (*STATUS, *HASH), is_condition=True),
    "jobs.<job_id>.steps.name": _STEP_VALUE,
    "jobs.<job_id>.steps.run": _STEP_VALUE,
    "jobs.<job_id>.steps.env": _STEP_VALUE,
    "jobs.<job_id>.steps.with": _STEP_VALUE,
    "jobs.<job_id>.steps.working-directory": _STEP_VALUE,
    "jobs.<job_id>.steps.continue-on-error": _STEP_VALUE,
    "jobs.<job_id>.steps.timeout-minutes": _STEP_VALUE,
    "inputs.<input_id>.default": Availability(("github", "strategy", "matrix", "job", "runner"), HASH),
    "outputs.<output_id>.value": Availability(COMPOSITE),
    "runs.steps.if": Availability(COMPOSITE, (*STATUS, *HASH), is_condition=True),
    "runs.steps.name": _COMPOSITE_VALUE,
    "runs.steps.run": _COMPOSITE_VALUE,
    "runs.steps.shell": _COMPOSITE_VALUE,
    "runs.steps.env": _COMPOSITE_VALUE,
    "runs.steps.with": _COMPOSITE_VALUE,
    "runs.steps.working-directory": _COMPOSITE_VALUE,
    "runs.steps.continue-on-error": _COMPOSITE_VALUE,
}
"""What is available, by key; those that begin with `inputs`, `outputs` and `runs` are of actions."""


def check_text(text: str, key: str) -> None:
    """Check the expressions of a text that stands at a key of `AVAILABILITY`.

    Raise `InvalidExpression` for wrong syntax, and for a name that is not available there.
    """
    place = AVAILABILITY.get(key)
    parts = templates(text)
    if place is None:
        if parts:
            raise InvalidExpression(
                "A template expression is not allowed in this context", text, next_step=f"write a fixed text for {key}"
            )
        return
    if place.is_condition and not parts and text.strip():
        parts = [text]
    for part in parts:
        _check_expression(part, key, place)


def _check_expression(expression: str, key: str, place: Availability) -> None:
    node = parse(expression)
    try:
        check_names(node, expression, dict.fromkeys(place.contexts), dict.fromkeys(place.functions))
    except InvalidExpression as error:
        raise InvalidExpression(error.message, expression, error.position, _advice(error.message, key, place)) from None


def _advice(message: str, key: str, place: Availability) -> str:
    """Return what to do about a name that is not available at a key."""
    name = message.split("'")[1] if message.count("'") >= 2 else ""
    if message.startswith("Unrecognized named-value"):
        known = f"{key} has no context '{name}'" if name.lower() in CONTEXTS else f"there is no context '{name}'"
        if name == "secrets":
            known += "; put the secret into a variable of env, and test that"
        return f"{known}; available here: {', '.join(place.contexts)}"
    if message.startswith("Unrecognized function") and name.lower() in FUNCTIONS:
        return f"the function is not available in {key}"
    if message.startswith("Unrecognized function"):
        return f"the functions are {', '.join(function.name for function in FUNCTIONS.values())}"
    return ""
