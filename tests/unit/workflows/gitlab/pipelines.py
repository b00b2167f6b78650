"""Read pipelines from texts, and plan them for an event."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from fake_pypi.workflows.gitlab.pipeline import Pipeline
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan, make_pipeline_plan
from fake_pypi.workflows.gitlab.pipeline_reader import read_pipeline
from fake_pypi.workflows.gitlab.rule_matching import RepositoryFiles, RuleContext


def context(
    files: RepositoryFiles | None = None, variables: dict[str, str] | None = None, **options: Any
) -> RuleContext:
    """Return what rules see for the push of a tag, unless the options name another event."""
    known = {"project": "group/demo", "tag": None, "branch": None, "default_branch": "main", **options}
    event = PipelineEvent.of(known.pop("name", None), **known)
    return RuleContext(event, {**event.variables(), **(variables or {})}, files or RepositoryFiles())


def read(folder: Path, text: str, files: dict[str, str] | None = None, rules: RuleContext | None = None) -> Pipeline:
    """Return the pipeline of a text, with other files beside it."""
    for name, content in {".gitlab-ci.yml": text, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content), encoding="utf-8")
    return read_pipeline(folder / ".gitlab-ci.yml", folder, rules or context(tag="v1.2.0"))


def plan(
    folder: Path, text: str, rules: RuleContext | None = None, files: dict[str, str] | None = None
) -> PipelinePlan:
    """Return the plan of a text for an event."""
    seen = rules or context(tag="v1.2.0")
    return make_pipeline_plan(read(folder, text, files, seen), seen)


def presences(plan: PipelinePlan) -> dict[str, str]:
    """Return what the event makes of each job."""
    return {planned.job.name: planned.presence for planned in plan.jobs}
