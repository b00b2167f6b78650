"""Read a pipeline file with what it includes.

https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from fake_pypi.workflows.gitlab.keyword_section import KeywordSection, flattened
from fake_pypi.workflows.gitlab.pipeline import EDGE_STAGES, KeywordNote, Pipeline, PipelineJob
from fake_pypi.workflows.gitlab.pipeline_configuration import Configuration, read_configuration
from fake_pypi.workflows.gitlab.pipeline_job_reader import read_job
from fake_pypi.workflows.gitlab.pipeline_keys import DEFAULT, PIPELINE, WORKFLOW
from fake_pypi.workflows.gitlab.placed_values import Place, PlacedMapping, PlacedSequence, Value, is_scalar
from fake_pypi.workflows.gitlab.rule_matching import RuleContext, matching_rule
from fake_pypi.workflows.gitlab.rule_reader import read_rules
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

DEFAULT_STAGES = ("build", "test", "deploy")
OLD_DEFAULTS = ("image", "services", "cache", "before_script", "after_script")
"""Keywords at the top of the file that are defaults of jobs, which GitLab has deprecated."""


def read_pipeline(path: Path, root: Path, context: RuleContext) -> Pipeline:
    """Return the pipeline in a file of the repository `root`. Raises `InvalidWorkflow`.

    `context` decides about `rules` of included files.
    """
    inside = path.resolve().is_relative_to(root.resolve())
    file = path.resolve().relative_to(root.resolve()).as_posix() if inside else path.name
    configuration_notes: list[KeywordNote] = []

    def is_included(rules: Value, place: Place) -> bool:
        read = read_rules(rules, place, "include", configuration_notes, kind="include")
        rule, _ = matching_rule(read, context)
        return rule is not None and rule.when != "never"

    configuration = read_configuration(path, root, file, variables=dict(context.variables), is_included=is_included)
    configuration.notes += configuration_notes
    return _pipeline(configuration, path, file)


def _pipeline(configuration: Configuration, path: Path, file: str) -> Pipeline:
    values, notes = configuration.values, configuration.notes
    known = PlacedMapping(values.place)
    for key, value in values.items():
        if key in PIPELINE:
            known.put(key, value, values.place_of(key))
    top = KeywordSection(known, values.place, "root", PIPELINE, notes)
    defaults = _defaults(top)
    jobs: dict[str, PipelineJob] = {}
    for name, value in values.items():
        if name in PIPELINE or name.startswith("."):
            continue
        unresolved = configuration.unresolved.get(name, "")
        place = values.place_of(name)
        jobs[name] = read_job(name, value, place, defaults=defaults, notes=notes, unresolved=unresolved)
    if not jobs and not configuration.missing:
        raise InvalidWorkflow(*values.place, "jobs config should contain at least one visible job", "add a job")
    workflow = None
    if "workflow" in top:
        section = KeywordSection(top.values["workflow"], top.place_of("workflow"), "workflow", WORKFLOW, notes)
        if "rules" in section:
            workflow = read_rules(
                section.values["rules"], section.place_of("rules"), "workflow", notes, kind="workflow"
            )
    pipeline = Pipeline(
        path=path,
        file=file,
        stages=_stages(top),
        jobs=jobs,
        variables=top.variables(),
        rules=workflow,
        missing_includes=tuple(configuration.missing),
        included=tuple(configuration.included),
        notes=tuple(dict.fromkeys(notes)),
    )
    return _checked(pipeline)


def _defaults(top: KeywordSection) -> PlacedMapping:
    defaults = PlacedMapping(top.values.place)
    for key in OLD_DEFAULTS:
        if key in top:
            defaults.put(key, top.values[key], top.place_of(key))
    if "default" in top:
        section = KeywordSection(top.values["default"], top.place_of("default"), "default", DEFAULT, top.notes)
        for key, value in section.values.items():
            defaults.put(key, value, section.place_of(key))
    return defaults


def _stages(top: KeywordSection) -> tuple[str, ...]:
    value = top.values.get("stages")
    if value is None:
        return (".pre", *DEFAULT_STAGES, ".post")
    if not isinstance(value, PlacedSequence) or not value:
        raise top.error("stages", "stages config should be an array of strings", "list the stages")
    for item, place in flattened(value, top.place_of("stages")):
        if not is_scalar(item):
            raise InvalidWorkflow(*place, "stages config should be an array of strings")
    named = top.texts("stages") or ()
    return (".pre", *dict.fromkeys(name for name in named if name not in EDGE_STAGES), ".post")


def _checked(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with jobs that miss something of an include marked. Raises `InvalidWorkflow`."""
    jobs: Mapping[str, PipelineJob] = pipeline.jobs
    missing = ", ".join(f"{each.text} ({each.place})" for each in pipeline.missing_includes)
    checked = {}
    for job in jobs.values():
        failure = _reference_failure(job, pipeline)
        if failure is None:
            checked[job.name] = job
            continue
        place, why = failure
        if not missing:
            raise InvalidWorkflow(*place, why)
        text = f"{why}; what it names may come from what is not available: {missing}"
        checked[job.name] = _with_refusal(job, text)
    return Pipeline(**{**pipeline.__dict__, "jobs": checked})


def _with_refusal(job: PipelineJob, text: str) -> PipelineJob:
    refused = f"{job.not_supported}; {text}" if job.not_supported else text
    return PipelineJob(**{**job.__dict__, "not_supported": refused})


def _reference_failure(job: PipelineJob, pipeline: Pipeline) -> tuple[Place, str] | None:
    """Return what is wrong with the stage, the needs or the dependencies of a job."""
    if job.stage not in pipeline.stages:
        stages = ", ".join(pipeline.stages)
        return job.place, f"{job.name} job: chosen stage {job.stage} does not exist; available stages are {stages}"
    failures = (*_need_failures(job, pipeline), *_dependency_failures(job, pipeline))
    return failures[0] if failures else _cycle(job, pipeline.jobs)


def _need_failures(job: PipelineJob, pipeline: Pipeline) -> Iterator[tuple[Place, str]]:
    rule_needs = [need for rule in job.rules or () for need in rule.needs or ()]
    for need in [*(job.needs or ()), *rule_needs]:
        other = pipeline.jobs.get(need.job)
        if other is None:
            if not need.optional:
                yield need.place, f"{job.name} job: undefined need: {need.job}"
        elif _is_later(other, job, pipeline):
            yield need.place, f"{job.name} job: need {need.job} is not defined in current or prior stages"


def _dependency_failures(job: PipelineJob, pipeline: Pipeline) -> Iterator[tuple[Place, str]]:
    for name in job.dependencies or ():
        other = pipeline.jobs.get(name)
        if other is None:
            yield job.place, f"{job.name} job: undefined dependency: {name}"
        elif job.needs is not None and name not in {need.job for need in job.needs}:
            yield job.place, f"jobs:{job.name} dependencies the {name} should be part of needs"
        elif job.needs is None and (other.stage == job.stage or _is_later(other, job, pipeline)):
            yield job.place, f"{job.name} job: dependency {name} is not defined in prior stages"


def _is_later(other: PipelineJob, job: PipelineJob, pipeline: Pipeline) -> bool:
    stages = pipeline.stages
    return other.stage in stages and stages.index(other.stage) > stages.index(job.stage)


def _cycle(job: PipelineJob, jobs: Mapping[str, PipelineJob]) -> tuple[Place, str] | None:
    pending, seen = [need.job for need in job.needs or ()], set()
    while pending:
        name = pending.pop()
        if name == job.name:
            return job.place, "The pipeline has circular dependencies: self-dependency of " + job.name
        if name not in seen and name in jobs:
            seen.add(name)
            pending += [need.job for need in jobs[name].needs or ()]
    return None
