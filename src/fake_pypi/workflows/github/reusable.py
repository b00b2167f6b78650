"""Local reusable workflows: find the file that a job calls, and check what the job passes.

https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.expression_values import has_unknown
from fake_pypi.workflows.github.expressions import resolve
from fake_pypi.workflows.github.triggers import typed_input
from fake_pypi.workflows.github.workflow import CallInterface, Job, Permissions, Workflow
from fake_pypi.workflows.github.workflow_reader import read_workflow
from fake_pypi.workflows.github.yaml_values import Value
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

MAX_LEVELS = 10
WITHOUT_EFFECT = {"slsa-framework/slsa-github-generator/": "makes no provenance: Sigstore is not contacted"}
"""Workflows of other repositories, by the begin of their names, that a rehearsal does not need."""
LEVELS = ("none", "read", "write")


def local_workflow(root: Path, workflow: Workflow, job: Job) -> Workflow | None:
    """Return the workflow of this repository that a job calls; None if it is one of another repository."""
    uses, line = job.uses or "", job.lines.get("uses", job.line)
    if not uses.startswith("./"):
        if "@" not in uses:
            raise InvalidWorkflow(
                workflow.file,
                line,
                f"invalid value workflow reference: no version specified: '{uses}'",
                "begin with ./.github/workflows/, or end with @ and a tag",
            )
        return None
    if "@" in uses or not uses.startswith("./.github/workflows/"):
        raise InvalidWorkflow(
            workflow.file, line, f"invalid value workflow reference: '{uses}'", "write ./.github/workflows/FILE"
        )
    path = root / uses
    if not path.is_file():
        raise InvalidWorkflow(workflow.file, line, f"the workflow '{uses}' was not found", "name an existing file")
    return read_workflow(path, root)


def remote_workflow(workflow: Workflow, job: Job) -> tuple[bool, str]:
    """Return whether a rehearsal can go on without the workflow of another repository that a job calls, and why.

    It cannot if another job uses its outputs.
    """
    uses = job.uses or ""
    for name, effect in WITHOUT_EFFECT.items():
        if uses.startswith(name):
            return True, f"{uses.partition('@')[0]} {effect}"
    why = f"{uses} is a workflow of another repository, which is not available here"
    user = next((each for each in workflow.jobs.values() if job.id in each.needs and _uses_outputs(each, job.id)), None)
    return (False, f"{why}, and the job {user.id} needs its outputs") if user else (True, why)


def _uses_outputs(job: Job, needed: str) -> bool:
    """Return whether a job refers to the outputs of another one."""
    return re.search(rf"needs\s*\.\s*{re.escape(needed)}\s*\.\s*outputs\b", repr(job), re.IGNORECASE) is not None


def check_call(workflow: Workflow, job: Job, called: Workflow) -> None:
    """Check that a workflow can be called, and that a job passes the inputs and secrets that it has."""
    interface = called.call
    if interface is None:
        why = f"workflow is not reusable as it is missing a `on.workflow_call` trigger: {called.file}"
        raise _error(workflow, job, "uses", why, f"add workflow_call to `on` of {called.file}")
    for name in job.inputs:
        if name not in interface.inputs:
            why = f"Invalid input, {name} is not defined in the referenced workflow"
            raise _error(workflow, job, "with", why, f"it has {', '.join(interface.inputs) or 'no inputs'}")
    for name, item in interface.inputs.items():
        if item.required and name not in job.inputs:
            why = f"Input {name} is required, but not provided while calling"
            raise _error(workflow, job, "uses", why, f"add `{name}` to `with`")
    if job.secrets != "inherit":
        _check_secrets(workflow, job, interface)


def _check_secrets(workflow: Workflow, job: Job, interface: CallInterface) -> None:
    passed = job.secrets if isinstance(job.secrets, Mapping) else {}
    for name in passed:
        if name not in interface.secrets:
            why = f"Invalid secret, {name} is not defined in the referenced workflow"
            raise _error(workflow, job, "secrets", why, f"it has {', '.join(interface.secrets) or 'no secrets'}")
    for name, secret in interface.secrets.items():
        if secret.required and name not in passed:
            why = f"Secret {name} is required, but not provided while calling"
            raise _error(workflow, job, "uses", why, f"add `{name}` to `secrets`, or write `secrets: inherit`")


def _error(workflow: Workflow, job: Job, key: str, why: str, next_step: str) -> InvalidWorkflow:
    return InvalidWorkflow(workflow.file, job.lines.get(key, job.line), why, next_step)


def called_inputs(workflow: Workflow, job: Job, called: Workflow, contexts: Mapping[str, Any]) -> dict[str, Value]:
    """Return the context `inputs` of a called workflow, with types and defaults."""
    interface = called.call
    values: dict[str, Value] = {}
    for name, item in (interface.inputs if interface else {}).items():
        value = resolve(job.inputs.get(name, item.default), contexts)
        try:
            values[name] = value if has_unknown(value) else typed_input(name, item.type, value)
        except UsageError as error:
            line = job.inputs.lines.get(name, job.line)
            raise InvalidWorkflow(workflow.file, line, error.what, error.next_step) from None
    return values


def check_permissions(workflow: Workflow, job: Job, called: Workflow, allowed: Permissions | None) -> None:
    """Check that no job of a called workflow asks for more than the calling job has: GitHub rejects the run.

    Without any `permissions`, the calling job has those of the repository's settings, which are not known.
    """
    if allowed is None:
        return
    for nested in called.jobs.values():
        wanted = nested.permissions or called.permissions
        if wanted is None:
            continue
        for scope in wanted.scopes:
            level = wanted.level(scope)
            limit = allowed.level(scope)
            if LEVELS.index(level) > LEVELS.index(limit):
                place = f"line {wanted.scopes.lines.get(scope, wanted.line)} of {called.file}"
                why = (
                    f"Error calling workflow '{job.uses}'. The nested job '{nested.id}' is requesting "
                    f"'{scope}: {level}', but is only allowed '{scope}: {limit}' ({place})"
                )
                remedy = f"add `{scope}: {level}` to the permissions of the job '{job.id}'"
                raise _error(workflow, job, "permissions", why, remedy)
