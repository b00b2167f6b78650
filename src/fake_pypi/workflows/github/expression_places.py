"""Every place of a workflow or an action that may have expressions, with its key and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fake_pypi.workflows.github.availability import check_text
from fake_pypi.workflows.github.workflow import Action, Container, Job, Workflow, WorkflowStep
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping
from fake_pypi.workflows.invalid_workflow import InvalidExpression, InvalidWorkflow

JOB = "jobs.<job_id>"


@dataclass(frozen=True)
class PlacedText:
    """A text of a workflow: the key of `availability.AVAILABILITY` that it stands at, its line, and its job."""

    key: str
    text: str
    line: int
    job: str = ""


def check_expressions(file: Workflow | Action) -> None:
    """Check every expression of a workflow or an action. Raise `InvalidWorkflow` for the first that GitHub rejects."""
    for place in places(file):
        try:
            check_text(place.text, place.key)
        except InvalidExpression as error:
            advice = error.next_step or f"correct {place.key}"
            raise InvalidWorkflow(file.file, place.line, error.what, advice) from None


def places(file: Workflow | Action) -> Iterator[PlacedText]:
    """Yield every text of a workflow or an action that GitHub evaluates, or in which it rejects an expression."""
    if isinstance(file, Action):
        yield from _action(file)
        return
    yield from _texts("name", file.name, 1)
    yield from _texts("run-name", file.run_name, 1)
    yield from _texts("env", file.env, 1)
    yield from _texts("defaults.run", [file.defaults.shell, file.defaults.working_directory], file.defaults.line)
    if file.concurrency:
        yield from _texts("concurrency", file.concurrency.group, file.concurrency.line)
    if file.call:
        for item in file.call.inputs.values():
            yield from _texts("on.workflow_call.inputs.<inputs_id>.default", item.default, item.line)
        yield from _texts("on.workflow_call.outputs.<output_id>.value", file.call.outputs, 1)
    for job in file.jobs.values():
        for place in _job(job):
            yield PlacedText(place.key, place.text, place.line, job.id)


def _job(job: Job) -> Iterator[PlacedText]:
    def line(key: str) -> int:
        return job.lines.get(key, job.line)

    values: dict[str, Value] = {
        "name": job.name,
        "if": job.condition,
        "runs-on": job.runs_on,
        "continue-on-error": job.continue_on_error,
        "timeout-minutes": job.timeout_minutes,
        "env": job.env,
    }
    for key, value in values.items():
        yield from _texts(f"{JOB}.{key}", value, line(key))
    yield from _texts(f"{JOB}.needs", list(job.needs), line("needs"))
    yield from _texts(f"{JOB}.uses", job.uses, line("uses"))
    yield from _texts(f"{JOB}.with.<with_id>", job.inputs, line("with"))
    yield from _texts(f"{JOB}.secrets.<secrets_id>", job.secrets, line("secrets"))
    yield from _texts(f"{JOB}.outputs.<output_id>", job.outputs, line("outputs"))
    yield from _texts(f"{JOB}.defaults.run", [job.defaults.shell, job.defaults.working_directory], line("defaults"))
    if job.environment:
        yield from _texts(f"{JOB}.environment", job.environment.name, job.environment.line)
        yield from _texts(f"{JOB}.environment.url", job.environment.url, job.environment.line)
    if job.concurrency:
        yield from _texts(f"{JOB}.concurrency", job.concurrency.group, job.concurrency.line)
    if job.strategy:
        strategy = [job.strategy.matrix, job.strategy.fail_fast, job.strategy.max_parallel]
        yield from _texts(f"{JOB}.strategy", strategy, job.strategy.line)
    if job.container:
        yield from _container(job.container, f"{JOB}.container")
    for service in job.services.values():
        yield from _container(service, f"{JOB}.services")
    for step in job.steps:
        yield from _step(step, f"{JOB}.steps")


def _container(container: Container, key: str) -> Iterator[PlacedText]:
    named = f"{key}.<service_id>" if key.endswith("services") else key
    yield from _texts(key, container.image, container.line)
    yield from _texts(f"{named}.credentials", container.options.get("credentials"), container.line)
    yield from _texts(f"{named}.env.<env_id>", container.options.get("env"), container.line)


def _step(step: WorkflowStep, key: str) -> Iterator[PlacedText]:
    values: dict[str, Value] = {
        "name": step.name,
        "if": step.condition,
        "uses": step.uses,
        "run": step.run,
        "shell": step.shell,
        "working-directory": step.working_directory,
        "env": step.env,
        "with": step.inputs,
        "continue-on-error": step.continue_on_error,
        "timeout-minutes": step.timeout_minutes,
        "id": step.id,
    }
    for name, value in values.items():
        yield from _texts(f"{key}.{name}", value, step.lines.get(name, step.line))


def _action(action: Action) -> Iterator[PlacedText]:
    for item in action.inputs.values():
        yield from _texts("inputs.<input_id>.default", item.default, item.line)
    yield from _texts("outputs.<output_id>.value", action.outputs, action.line)
    for step in action.steps:
        yield from _step(step, "runs.steps")


def _texts(key: str, value: Value, line: int) -> Iterator[PlacedText]:
    """Yield the texts inside a value, with the lines of its keys and items where they are known."""
    if isinstance(value, str):
        yield PlacedText(key, value, line)
    elif isinstance(value, Mapping):
        lines = value.lines if isinstance(value, YamlMapping) else {}
        for name, item in value.items():
            yield from _texts(key, name, lines.get(name, line)) if "${{" in name else ()
            yield from _texts(key, item, lines.get(name, line))
    elif isinstance(value, list):
        lines_of_items = getattr(value, "lines", None) or [line] * len(value)
        for item, item_line in zip(value, lines_of_items, strict=True):
            yield from _texts(key, item, item_line)
