"""Choose the host by the name of a file, and open the rehearsal from options as users write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from fake_pypi.workflows.running.host_rehearsal import HostRehearsal


@dataclass(frozen=True)
class WrittenOptions:
    """Options of the command line and of pytest as texts.

    `secrets` are "NAME=VALUE", or "NAME" for a secret that is missing; `inputs` and `variables` are "NAME=VALUE".
    `publishers` are registered publishers in the syntax of the host, or "none"; None registers what jobs need.
    """

    secrets: Sequence[str] = ()
    inputs: Sequence[str] = ()
    variables: Sequence[str] = ()
    publishers: Sequence[str] | None = None
    activity: str | None = None


def open_host_rehearsal(file: Path, written: WrittenOptions, **options: Any) -> HostRehearsal:
    """Open the rehearsal of a workflow of GitHub or a pipeline of GitLab.

    `options` are fields of `HostOptions`. Raises `UsageError`.
    """
    from fake_pypi.workflows.gitlab.running.pipeline_options import is_pipeline_file

    secrets = [text.partition("=") for text in written.secrets]
    options["secrets"] = {name: value if equals else None for name, equals, value in secrets}
    options["variables"] = _values("variable", written.variables)
    inputs = _values("input", written.inputs)
    if is_pipeline_file(file):
        return _open_pipeline(file, written, options)
    return _open_workflow(file, written, inputs, options)


def _open_pipeline(file: Path, written: WrittenOptions, options: dict[str, Any]) -> HostRehearsal:
    from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
    from fake_pypi.workflows.gitlab.running.pipeline_options import PipelineOptions
    from fake_pypi.workflows.gitlab.running.pipeline_rehearsal import PipelineRehearsal

    for name, value in (("activity types", written.activity), ("inputs", written.inputs)):
        if value:
            raise UsageError(f"{name} are for workflows of GitHub, and {file} is one of GitLab", "leave them out")
    entries = _stated(written.publishers)
    publishers = None if entries is None else tuple(GitLabPublisherEntry.parse(text) for text in entries)
    return PipelineRehearsal(PipelineOptions(file, publishers=publishers, **options))


def _open_workflow(
    file: Path, written: WrittenOptions, inputs: dict[str, str], options: dict[str, Any]
) -> HostRehearsal:
    from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry
    from fake_pypi.workflows.github.running.workflow_rehearsal import WorkflowOptions, WorkflowRehearsal

    entries = _stated(written.publishers)
    publishers = None if entries is None else tuple(GitHubPublisherEntry.parse(text) for text in entries)
    return WorkflowRehearsal(
        WorkflowOptions(file, activity=written.activity, inputs=inputs, publishers=publishers, **options)
    )


def _stated(publishers: Sequence[str] | None) -> list[str] | None:
    return None if publishers is None else [text for text in publishers if text != "none"]


def _values(noun: str, texts: Sequence[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise UsageError(f"the {noun} {text!r} has no value", "write NAME=VALUE")
    return {name: value for name, _, value in (text.partition("=") for text in texts)}
