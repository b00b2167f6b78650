"""The commands of a pipeline that upload to an index, and the jobs that build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fake_pypi.workflows.build_commands import BUILD_COMMAND
from fake_pypi.workflows.gitlab.pipeline import PipelineVariable, ScriptLine
from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan, PlannedPipelineJob, pipeline_variables_of

_UPLOAD = re.compile(
    r"\b(?P<tool>twine|uv|poetry|hatch|flit|pdm|maturin|rye)\b(?P<options>[^\n;&|]*?)\s(?P<verb>upload|publish)\b"
)
_PASSWORD_OPTION = re.compile(r"(?:^|\s)(?:-p|--password|--token)[ =]")
_PASSWORDS = re.compile(
    r"(?:TWINE|UV_PUBLISH|FLIT|PDM_PUBLISH|MATURIN|POETRY_PYPI|POETRY_HTTP_BASIC|HATCH_INDEX)_?\w*"
    r"(?:PASSWORD|TOKEN|AUTH)\w*"
)
_OWN_REGISTRY = re.compile(r"CI_API_V4_URL|/packages/pypi|gitlab\.com/api|gitlab-ci-token")
_EXCHANGE = re.compile(r"oidc/mint-token")
_TESTPYPI = re.compile(r"test\.pypi\.org|\btestpypi\b|\btest-pypi\b", re.IGNORECASE)


@dataclass(frozen=True)
class UploadCommand:
    """A command that uploads to an index. `index` is "pypi", "testpypi" or "gitlab" for the project's own registry."""

    planned: PlannedPipelineJob
    line: ScriptLine
    tool: str
    index: str
    variables: Mapping[str, PipelineVariable]

    @property
    def name(self) -> str:
        """The name of the job."""
        return self.planned.job.name

    @property
    def script(self) -> str:
        """The text of the whole script of the job."""
        return "\n".join(line.text for line in self.planned.job.commands)

    @property
    def exchanges(self) -> bool:
        """Whether the script exchanges an identity token by hand."""
        return bool(_EXCHANGE.search(self.script))

    @property
    def token_variable(self) -> str:
        """The variable in which twine and uv look for the identity token."""
        return f"{self.index.upper()}_ID_TOKEN"

    def has_password(self, project_variables: Mapping[str, str | None]) -> bool:
        """Return whether a password or token is given; `project_variables` are those that the user names."""
        named = [*self.variables, *(name for name, value in project_variables.items() if value is not None)]
        return bool(
            _PASSWORD_OPTION.search(self.line.text)
            or _PASSWORDS.search(self.script)
            or any(_PASSWORDS.fullmatch(name) for name in named)
        )


def upload_commands(plan: PipelinePlan) -> list[UploadCommand]:
    """Return the commands that upload, of the jobs that are in the pipeline."""
    return [
        command for planned in plan.jobs if planned.presence in {"runs", "waits"} for command in _uploads(plan, planned)
    ]


def _uploads(plan: PipelinePlan, planned: PlannedPipelineJob) -> Iterator[UploadCommand]:
    job = planned.job
    variables = {**pipeline_variables_of(job, plan.variables), **job.variables, **planned.rule_variables}
    addresses = [
        variable.value
        for name, variable in variables.items()
        if name.endswith(("REPOSITORY_URL", "PUBLISH_URL", "TWINE_REPOSITORY", "PUBLISH_INDEX"))
    ]
    matrix = [value for entry in job.matrix for value in entry.values()]
    for line in job.commands:
        for text in re.sub(r"\\\n\s*", " ", line.text).splitlines():
            match = _UPLOAD.search(text)
            if match is None or text.lstrip().startswith("#") or re.search(r"--dry-run|--help", text):
                continue
            whole = " ".join([text, *addresses])
            index = "gitlab" if _OWN_REGISTRY.search(whole) else "testpypi" if _TESTPYPI.search(whole) else "pypi"
            if any(_TESTPYPI.search(value) for value in matrix) and "$" in text:
                index = "pypi"
            yield UploadCommand(planned, ScriptLine(text.strip(), line.place), match["tool"], index, variables)


def builds(planned: PlannedPipelineJob) -> bool:
    """Return whether a job builds distributions."""
    return any(BUILD_COMMAND.search(line.text) for line in planned.job.commands)
