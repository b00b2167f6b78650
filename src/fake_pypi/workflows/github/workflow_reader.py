"""Read a workflow file of GitHub Actions."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from fake_pypi.workflows.github import keys as known
from fake_pypi.workflows.github.event_kinds import EVENTS
from fake_pypi.workflows.github.expression_places import check_expressions
from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.job_reader import (
    check_identifier,
    read_concurrency,
    read_defaults,
    read_job,
    read_permissions,
)
from fake_pypi.workflows.github.keys import Key
from fake_pypi.workflows.github.needs import check_needs
from fake_pypi.workflows.github.section import KeySection
from fake_pypi.workflows.github.workflow import (
    CallInterface,
    Input,
    SecretInput,
    Trigger,
    Workflow,
)
from fake_pypi.workflows.github.yaml_reader import parse_yaml, read_text
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping, YamlSequence
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

DISPATCH_TYPES = ("string", "boolean", "number", "choice", "environment")
CALL_TYPES = ("string", "boolean", "number")


def read_workflow(path: Path, repository: Path | None = None) -> Workflow:
    """Return the workflow in a file; `repository` is the folder that has `.github`, by default found from the path.

    Raise `InvalidWorkflow` (a `UsageError`), with file and line, for what GitHub would not accept either.
    """
    root = repository or repository_of(path)
    file = path.resolve().relative_to(root.resolve()).as_posix() if root else path.name
    return workflow_from_text(read_text(path, file), file, path)


def workflow_from_text(text: str, file: str = ".github/workflows/workflow.yml", path: Path | None = None) -> Workflow:
    """Return the workflow in a text; `file` is its name in messages.

    >>> list(workflow_from_text("{on: push, jobs: {a: {runs-on: ubuntu-latest, steps: [{run: pytest}]}}}").jobs)
    ['a']
    """
    return _workflow(parse_yaml(text, file), file, path or Path(file))


def repository_of(path: Path) -> Path | None:
    """Return the folder whose `.github` has the workflow, or None."""
    parents = path.resolve().parents
    return next((parent.parent for parent in parents if parent.name == ".github"), None)


def _workflow(value: Value, file: str, path: Path) -> Workflow:
    root = KeySection(value, file, 1, "workflow", known.WORKFLOW)
    for key in ("on", "jobs"):
        if root.values.get(key) in (None, {}, []):
            raise InvalidWorkflow(file, root.line(key), f"Required property is missing: {key}", f"add `{key}:`")
    triggers = _triggers(root)
    jobs_section = root.inner("jobs")
    jobs = {
        job_id: read_job(job_id, job, file, jobs_section.line(job_id)) for job_id, job in jobs_section.values.items()
    }
    workflow = Workflow(
        file=file,
        path=path,
        jobs=jobs,
        triggers=triggers,
        name=root.text("name"),
        run_name=root.text("run-name"),
        env=root.scalars("env"),
        defaults=read_defaults(root),
        permissions=read_permissions(root),
        concurrency=read_concurrency(root),
        dispatch_inputs=_dispatch_inputs(triggers.get("workflow_dispatch"), root),
        call=_call_interface(triggers["workflow_call"], root) if "workflow_call" in triggers else None,
        notes=tuple(root.notes),
    )
    check_needs(workflow)
    check_expressions(workflow)
    return workflow


def _triggers(root: KeySection) -> dict[str, Trigger]:
    value, line = root.values["on"], root.line("on")
    if isinstance(value, YamlMapping):
        return {name: _trigger(name, filters, root.file, value.lines[name]) for name, filters in value.items()}
    triggers = {}
    lines = value.lines if isinstance(value, YamlSequence) else [line]
    for name, name_line in zip(root.texts("on"), lines, strict=True):
        triggers[name] = _trigger(name, None, root.file, name_line)
    return triggers


def _trigger(name: str, filters: Value, file: str, line: int) -> Trigger:
    kind = EVENTS.get(name)
    if kind is None:
        near = get_close_matches(name, EVENTS, n=1)
        hint = f"did you mean '{near[0]}'?" if near else "see the events that start workflows in GitHub's documentation"
        raise InvalidWorkflow(file, line, f"Unexpected value '{name}', which is not an event", hint)
    if name == "schedule":
        return Trigger(name, line, _schedule(filters, file, line))
    if filters is None:
        return Trigger(name, line)
    section = KeySection(filters, file, line, name, {key: Key(key) for key in kind.filters})
    _check_opposites(section)
    for key in section.values:
        if key not in {"inputs", "secrets", "outputs"}:
            section.texts(key)
    if "types" in section and kind.types and not kind.not_rehearsed:
        for activity in section.texts("types"):
            if activity not in kind.types:
                raise section.error("types", f"Unexpected value '{activity}'", f"{name} has {', '.join(kind.types)}")
    return Trigger(name, line, section.values)


def _check_opposites(section: KeySection) -> None:
    """Check that a filter and its opposite are not used together."""
    for positive, negative in (("branches", "branches-ignore"), ("tags", "tags-ignore"), ("paths", "paths-ignore")):
        if positive in section and negative in section:
            raise section.error(
                negative,
                f"you may only define one of `{positive}` and `{negative}` for a single event",
                f"keep {positive}, with patterns that begin with !",
            )


def _schedule(value: Value, file: str, line: int) -> YamlMapping:
    """Return the entries of `schedule` as the key `cron` with a list."""
    if not isinstance(value, YamlSequence) or not value:
        raise InvalidWorkflow(file, line, f"Unexpected value '{to_text(value)}'", "write `- cron: '0 4 * * 1'`")
    keys = {key: Key(key) for key in EVENTS["schedule"].filters}
    entries = [
        KeySection(item, file, item_line, "schedule", keys) for item, item_line in zip(value, value.lines, strict=True)
    ]
    mapping, crons = YamlMapping(line), YamlSequence(line)
    crons.extend(entry.required_text("cron") for entry in entries)
    crons.lines = list(value.lines)
    mapping["cron"] = crons
    mapping.lines["cron"] = line
    return mapping


def _dispatch_inputs(trigger: Trigger | None, root: KeySection) -> dict[str, Input]:
    if trigger is None:
        return {}
    section = KeySection(
        trigger.filters, root.file, trigger.line, "workflow_dispatch", known.DISPATCH, notes=root.notes
    )
    return {
        name: _input(name, inner, DISPATCH_TYPES)
        for name, inner in section.sections("inputs", known.INPUT, "input of workflow_dispatch").items()
    }


def _input(name: str, section: KeySection, types: tuple[str, ...]) -> Input:
    check_identifier(name, section.file, section.line_of_section, "the input")
    kind = section.text("type") or "string"
    if kind not in types:
        raise section.error("type", f"Unexpected value '{kind}'", f"an input has the type {' or '.join(types)}")
    return Input(
        name=name,
        line=section.line_of_section,
        type=kind,
        required=section.flag("required"),
        default=section.scalar("default"),
        choices=section.texts("options"),
        description=section.text("description") or "",
    )


def _call_interface(trigger: Trigger, root: KeySection) -> CallInterface:
    section = KeySection(trigger.filters, root.file, trigger.line, "workflow_call", known.CALL, notes=root.notes)
    inputs = section.sections("inputs", known.CALL_INPUT, "input of workflow_call")
    for inner in inputs.values():
        inner.required_text("type")
    outputs = YamlMapping(section.line("outputs"))
    for name, inner in section.sections("outputs", known.CALL_OUTPUT, "output of workflow_call").items():
        outputs[name] = inner.required_text("value")
        outputs.lines[name] = inner.line("value")
    secrets: Mapping[str, KeySection] = section.sections("secrets", known.CALL_SECRET, "secret of workflow_call")
    return CallInterface(
        inputs={name: _input(name, inner, CALL_TYPES) for name, inner in inputs.items()},
        secrets={
            name: SecretInput(name, inner.line_of_section, inner.flag("required")) for name, inner in secrets.items()
        },
        outputs=outputs,
    )
