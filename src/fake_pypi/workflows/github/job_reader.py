"""Read the jobs of a workflow and the steps of jobs and composite actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from fake_pypi.workflows.github import keys as known
from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.keys import Key
from fake_pypi.workflows.github.section import KeySection
from fake_pypi.workflows.github.workflow import (
    Concurrency,
    Container,
    Defaults,
    Environment,
    Job,
    Permissions,
    Strategy,
    WorkflowStep,
)
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping, YamlSequence
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
RULE_OF_IDENTIFIERS = "begin with a letter or _, and use letters, digits, - and _"


def read_job(job_id: str, value: Value, file: str, line: int) -> Job:
    """Return a job from its mapping. Raise `InvalidWorkflow` for what GitHub does not accept."""
    check_identifier(job_id, file, line, "the id of the job")
    job = KeySection(value, file, line, "job", known.JOB)
    _check_kind(job, job_id, line)
    steps = read_steps(job.sequence("steps"), file, known.STEP, "step", job) if "steps" in job else ()
    return Job(
        id=job_id,
        line=line,
        lines=dict(job.values.lines),
        name=job.text("name"),
        needs=job.texts("needs"),
        condition=_condition(job),
        runs_on=_runs_on(job),
        environment=_environment(job),
        permissions=read_permissions(job),
        env=job.scalars("env"),
        defaults=read_defaults(job),
        strategy=_strategy(job),
        outputs=job.scalars("outputs"),
        steps=steps,
        uses=job.required_text("uses") if "uses" in job else None,
        inputs=job.scalars("with"),
        secrets=_secrets(job),
        container=_container(job, "container", known.CONTAINER) if "container" in job else None,
        services=_services(job),
        continue_on_error=job.scalar("continue-on-error"),
        timeout_minutes=job.scalar("timeout-minutes"),
        concurrency=read_concurrency(job),
        notes=tuple(job.notes),
    )


def _check_kind(job: KeySection, job_id: str, line: int) -> None:
    """Check that a job has the keys of a job with steps, or those of a job that calls a workflow."""
    if "uses" in job:
        for key in job.values:
            if key not in known.CALLING_JOB:
                raise job.error(key, f"Unexpected value '{key}'", "a job with `uses` runs only the called workflow")
    elif "steps" not in job:
        raise InvalidWorkflow(
            job.file, line, f"Required property is missing: steps (job '{job_id}')", "add steps, or uses"
        )
    elif "runs-on" not in job:
        raise InvalidWorkflow(
            job.file, line, f"Required property is missing: runs-on (job '{job_id}')", "add `runs-on: ubuntu-latest`"
        )
    for key in ("with", "secrets"):
        if key in job and "uses" not in job:
            raise job.error(key, f"Unexpected value '{key}'", "only a job that calls a workflow with `uses` has it")


def check_identifier(name: str, file: str, line: int, what: str) -> None:
    """Check an id of a job, a step, an input or an output."""
    if not IDENTIFIER.fullmatch(name):
        raise InvalidWorkflow(file, line, f"{what} '{name}' is invalid", RULE_OF_IDENTIFIERS)


def read_steps(
    items: YamlSequence, file: str, keys: Mapping[str, Key], place: str, outer: KeySection
) -> tuple[WorkflowStep, ...]:
    """Return steps from their sequence; their ids must differ without regard to case."""
    steps = []
    ids: set[str] = set()
    for position, (value, line) in enumerate(zip(items, items.lines, strict=True), start=1):
        step = KeySection(value, file, line, place, keys, notes=outer.notes)
        steps.append(_step(step, position, line))
        step_id = (steps[-1].id or "").lower()
        if step_id in ids:
            raise step.error(
                "id", f"The identifier '{steps[-1].id}' may not be used more than once within the same scope"
            )
        ids |= {step_id} - {""}
    if not steps:
        raise InvalidWorkflow(file, items.line, "there are no steps", "add a step with run or uses")
    return tuple(steps)


def _step(step: KeySection, position: int, line: int) -> WorkflowStep:
    kinds = [key for key in ("run", "uses", "wait", "wait-all", "cancel") if key in step]
    if len(kinds) != 1:
        what = "There's not enough info to determine what you meant: a step needs run or uses"
        several = f"a step has either {' or '.join(kinds)}, not both" if kinds else ""
        raise InvalidWorkflow(step.file, line, several or what, "make each step either run a command or use an action")
    _check_keys_of_kind(step, kinds[0])
    step_id = step.text("id")
    if step_id is not None:
        check_identifier(step_id, step.file, step.line("id"), "the id of the step")
    return WorkflowStep(
        position=position,
        line=line,
        lines=dict(step.values.lines),
        id=step_id,
        name=step.text("name"),
        uses=step.required_text("uses") if kinds[0] == "uses" else None,
        run=(step.text("run") or "") if kinds[0] == "run" else None,
        shell=step.text("shell"),
        working_directory=step.text("working-directory"),
        condition=_condition(step),
        env=step.scalars("env"),
        inputs=step.scalars("with"),
        continue_on_error=step.scalar("continue-on-error"),
        timeout_minutes=step.scalar("timeout-minutes"),
    )


def _check_keys_of_kind(step: KeySection, kind: str) -> None:
    wrong = {"run": ("with",), "uses": ("shell", "working-directory")}.get(kind, ())
    for key in wrong:
        if key in step:
            other = "uses" if kind == "run" else "run"
            raise step.error(key, f"Unexpected value '{key}'", f"only steps with `{other}` have it")


def _condition(section: KeySection) -> str | bool | None:
    value = section.scalar("if")
    return value if isinstance(value, bool) or value is None else to_text(value)


def _runs_on(job: KeySection) -> str | YamlSequence | YamlMapping | None:
    value = job.values.get("runs-on")
    if isinstance(value, YamlMapping):
        section = KeySection(value, job.file, job.line("runs-on"), "runs-on", known.RUNS_ON, notes=job.notes)
        section.texts("labels")
        return value
    labels = job.texts("runs-on")
    if "runs-on" in job and not labels:
        raise job.error("runs-on", "Unexpected value ''", "name a runner such as ubuntu-latest")
    return value if isinstance(value, YamlSequence) else labels[0] if labels else None


def _environment(job: KeySection) -> Environment | None:
    if not isinstance(job.values.get("environment"), YamlMapping):
        name = job.text("environment")
        return Environment(name, line=job.line("environment")) if name else None
    section = job.inner("environment", known.ENVIRONMENT)
    return Environment(section.required_text("name"), section.text("url"), section.line("name"))


def read_permissions(section: KeySection) -> Permissions | None:
    """Return the permissions of a workflow or a job; None where the key is missing."""
    if "permissions" not in section:
        return None
    value, line = section.values["permissions"], section.line("permissions")
    if isinstance(value, str):
        levels: dict[str, Literal["read", "write"]] = {"read-all": "read", "write-all": "write"}
        if value not in levels:
            raise section.error("permissions", f"Unexpected value '{value}'", "write read-all, write-all or scopes")
        return Permissions(levels[value], line=line)
    scopes = KeySection(
        value, section.file, line, "permissions", {scope: Key(scope) for scope in known.SCOPES}, notes=section.notes
    )
    for scope in scopes.values:
        level = scopes.text(scope)
        if level not in known.SCOPES[scope]:
            allowed = " or ".join(known.SCOPES[scope])
            raise scopes.error(scope, f"Unexpected value '{level or ''}'", f"write {allowed} for {scope}")
    return Permissions(scopes=scopes.values, line=line)


def read_defaults(section: KeySection) -> Defaults:
    """Return the defaults of a workflow or a job."""
    outer = section.section("defaults", known.DEFAULTS)
    run = outer.section("run", known.DEFAULTS_RUN, "defaults.run") if outer else None
    if run is None:
        return Defaults()
    return Defaults(run.text("shell"), run.text("working-directory"), run.line_of_section)


def read_concurrency(section: KeySection) -> Concurrency | None:
    """Return the concurrency group of a workflow or a job."""
    if not isinstance(section.values.get("concurrency"), YamlMapping):
        group = section.text("concurrency")
        return Concurrency(group, line=section.line("concurrency")) if group else None
    inner = section.inner("concurrency", known.CONCURRENCY)
    return Concurrency(inner.required_text("group"), inner.line_of_section)


def _strategy(job: KeySection) -> Strategy | None:
    if isinstance(job.values.get("strategy"), str):
        raise job.error("strategy", "an expression that gives the whole strategy is not supported", "write its keys")
    section = job.section("strategy", known.STRATEGY)
    if section is None:
        return None
    matrix = section.values.get("matrix")
    if isinstance(matrix, YamlMapping):
        _check_matrix(matrix, job.file)
    elif not (isinstance(matrix, str) and "${{" in matrix) and "matrix" in section:
        raise section.error("matrix", f"Unexpected value '{to_text(matrix)}'", "write variables with lists of values")
    line = section.line("matrix")
    return Strategy(matrix, section.scalar("fail-fast"), section.scalar("max-parallel"), line)


def _check_matrix(matrix: YamlMapping, file: str) -> None:
    for name, values in matrix.items():
        if isinstance(values, str) and "${{" in values:
            continue
        if not isinstance(values, list) or not values:
            what = f"Matrix vector '{name}' does not contain any values" if values == [] else f"'{name}' is not a list"
            raise InvalidWorkflow(file, matrix.lines[name], what, "write a list of values, or an expression")
        if name in {"include", "exclude"}:
            _check_filters(name, values, file, matrix.lines[name])


def _check_filters(name: str, items: Iterable[Value], file: str, line: int) -> None:
    for item in items:
        if not isinstance(item, Mapping) and not (isinstance(item, str) and "${{" in item):
            raise InvalidWorkflow(
                file, line, f"Unexpected value '{to_text(item)}' in {name}", "write a list of mappings"
            )


def _secrets(job: KeySection) -> YamlMapping | Literal["inherit"] | None:
    if job.values.get("secrets") == "inherit":
        return "inherit"
    return job.scalars("secrets") if "secrets" in job else None


def _container(section: KeySection, key: str, keys: Mapping[str, Key]) -> Container:
    if not isinstance(section.values.get(key), YamlMapping):
        return Container(section.text(key) or "", line=section.line(key))
    inner = section.inner(key, keys)
    return Container(inner.text("image") or "", inner.values, inner.line_of_section)


def _services(job: KeySection) -> dict[str, Container]:
    value = job.values.get("services")
    if value is None or (isinstance(value, str) and "${{" in value):
        return {}
    outer = KeySection(value, job.file, job.line("services"), "services", None, notes=job.notes)
    return {name: _container(outer, name, known.SERVICE) for name in outer.values}
