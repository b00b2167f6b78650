"""Find the steps of a workflow that build and publish, with what is known about them before a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fake_pypi.errors import UsageError
from fake_pypi.workflows.build_commands import BUILD_COMMAND
from fake_pypi.workflows.github.expression_evaluator import Functions
from fake_pypi.workflows.github.expression_values import UNKNOWN, UnknownValue, has_unknown, is_true, to_text
from fake_pypi.workflows.github.expressions import Status, condition_value, resolve
from fake_pypi.workflows.github.plan import Plan, PlannedJob
from fake_pypi.workflows.github.workflow import WorkflowStep
from fake_pypi.workflows.github.yaml_values import Value

PUBLISH_ACTION = "pypa/gh-action-pypi-publish"
UPLOAD_ACTION = "actions/upload-artifact"
DOWNLOAD_ACTION = "actions/download-artifact"
INSPECT_ACTION = "hynek/build-and-inspect-python-package"
PLATFORM_ACTIONS = {"pypa/cibuildwheel", "PyO3/maturin-action", "messense/maturin-action"}
"""Actions that build wheels for the platform of the job."""
BUILD_ACTIONS = {INSPECT_ACTION, *PLATFORM_ACTIONS}
INDEX_URLS = {"pypi": "https://upload.pypi.org/legacy/", "testpypi": "https://test.pypi.org/legacy/"}

COMMAND = re.compile(
    r"\b(?P<tool>twine|uv|poetry|hatch|flit|pdm|maturin|rye)\b(?P<options>[^\n;&|]*?)\s(?P<verb>upload|publish)\b"
)
VARIABLE_FOR_LATER = re.compile(
    r"\b(?:TWINE|UV_PUBLISH)_\w+=.*GITHUB_ENV|GITHUB_ENV.*\b(?:TWINE|UV_PUBLISH)_\w+", re.DOTALL
)
"""A script that sets the index or the token of later steps."""
NAMES_TESTPYPI = re.compile(
    r"test\.pypi\.org|\btestpypi\b|\btest-pypi\b|\bhatch\b.*(?:-r|--repo)[ =]test\b", re.IGNORECASE
)
SECRET = re.compile(r"secrets\s*(?:\.\s*|\[\s*')([A-Za-z_][\w-]*)", re.IGNORECASE)

FUNCTIONS_OF_STEPS: Functions = {"hashfiles": lambda *_patterns: UNKNOWN}

Index = Literal["pypi", "testpypi", "other", "unknown"]


@dataclass(frozen=True)
class PublishStep:
    """A step that uploads to an index.

    `tool` is "gh-action-pypi-publish" or the command, `command` the text of its line. `environment` are the variables
    that it sees, raw. `folder` is the folder of the files, or None where it is not known. `may_run` is False where the
    `if` of the job or of the step excludes it for the event.
    """

    planned: PlannedJob
    step: WorkflowStep
    line: int
    tool: str
    index: Index
    command: str
    environment: Mapping[str, Value]
    folder: str | None
    may_run: bool

    @property
    def job_id(self) -> str:
        """The id of the job."""
        return self.planned.job.id

    def input(self, name: str) -> str:
        """Return an input of the action as it is written; its old spelling with _ counts too."""
        value = self.step.inputs.get(name, self.step.inputs.get(name.replace("-", "_")))
        return "" if value is None else to_text(value)

    def line_of(self, name: str) -> int:
        """Return the line of an input or a variable of the step."""
        for mapping in (self.step.inputs, self.step.env):
            for spelling in (name, name.replace("-", "_")):
                if spelling in mapping.lines:
                    return mapping.lines[spelling]
        return self.line

    @property
    def is_action(self) -> bool:
        """Whether it is the publishing action."""
        return self.tool == "gh-action-pypi-publish"

    @property
    def password(self) -> str:
        """The token or password as it is written, from the input, a variable or the command; "" without one."""
        if self.is_action:
            return self.input("password")
        for name in PASSWORD_VARIABLES.get(self.tool, ()):
            if name in self.environment:
                return to_text(self.environment[name])
        return " ".join(match[0] for match in SECRET.finditer(self.command))

    @property
    def secrets(self) -> list[str]:
        """The names of the secrets in the password."""
        return SECRET.findall(self.password)

    @property
    def uses_trusted_publishing(self) -> bool:
        """Whether it gets its token from the index by an identity token."""
        if self.is_action:
            return not self.password and self.index in {"pypi", "testpypi"}
        if self.tool == "uv":
            return not self.password and "--trusted-publishing never" not in self.command
        return False


PASSWORD_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "twine": ("TWINE_PASSWORD",),
    "uv": ("UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"),
    "poetry": ("POETRY_PYPI_TOKEN_PYPI", "POETRY_PYPI_TOKEN_TESTPYPI", "POETRY_HTTP_BASIC_PYPI_PASSWORD"),
    "hatch": ("HATCH_INDEX_AUTH",),
    "flit": ("FLIT_PASSWORD",),
    "pdm": ("PDM_PUBLISH_PASSWORD",),
    "maturin": ("MATURIN_PYPI_TOKEN", "MATURIN_PASSWORD"),
}
USER_VARIABLES: Mapping[str, str] = {
    "twine": "TWINE_USERNAME",
    "uv": "UV_PUBLISH_USERNAME",
    "hatch": "HATCH_INDEX_USER",
    "flit": "FLIT_USERNAME",
    "pdm": "PDM_PUBLISH_USERNAME",
    "maturin": "MATURIN_USERNAME",
}


def action_of(step: WorkflowStep) -> str:
    """Return the name of a step's action without its version; "" for a step that runs a command."""
    return (step.uses or "").partition("@")[0]


def all_steps(planned: PlannedJob) -> Iterator[tuple[WorkflowStep, int]]:
    """Yield the steps of a job with their lines; those of the repository's own actions at the line that uses them."""
    pending = [(step, step.line) for step in reversed(planned.job.steps)]
    while pending:
        step, line = pending.pop()
        yield step, line
        action = planned.actions.get(step.uses or "")
        pending += [(inner, line) for inner in reversed(action.steps)] if action else []


def all_jobs(plan: Plan) -> Iterator[tuple[Plan, PlannedJob]]:
    """Yield the jobs of a plan, and of the local workflows that it calls, with the plan that each belongs to."""
    for planned in plan.jobs:
        yield plan, planned
        if planned.called:
            yield from all_jobs(planned.called)


def builds(step: WorkflowStep) -> bool:
    """Return whether a step builds distributions."""
    if step.run is not None:
        return any(BUILD_COMMAND.search(line) for line in commands_of(step.run))
    return action_of(step) in BUILD_ACTIONS


def commands_of(script: str) -> list[str]:
    """Return the lines of a script without comments; continued lines are joined."""
    joined = re.sub(r"\\\n\s*", " ", script)
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def publish_steps(plan: Plan) -> list[PublishStep]:
    """Return the steps that upload to an index, of all jobs, in order."""
    return [
        found
        for owner, planned in all_jobs(plan)
        for step, line in all_steps(planned)
        for found in _publishing(owner, planned, step, line)
    ]


def _publishing(plan: Plan, planned: PlannedJob, step: WorkflowStep, line: int) -> Iterator[PublishStep]:
    environment = {**plan.workflow.env, **planned.job.env, **step.env}
    may_run = planned.will != "be skipped" and _may_run(plan, planned, step)
    later = any(VARIABLE_FOR_LATER.search(each.run or "") for each in planned.job.steps)
    if action_of(step) == PUBLISH_ACTION:
        url = step.inputs.get("repository-url", step.inputs.get("repository_url"))
        folder = step.inputs.get("packages-dir", step.inputs.get("packages_dir", "dist"))
        text = known_text(plan, planned, url) if url is not None else INDEX_URLS["pypi"]
        index = "unknown" if text is None else index_of_url(text)
        known_folder = known_text(plan, planned, folder)
        yield PublishStep(
            planned, step, line, "gh-action-pypi-publish", index, "", environment, normal_path(known_folder), may_run
        )
    for command in commands_of(step.run or ""):
        match = COMMAND.search(command)
        if match and not re.search(r"--dry-run|--help", command):
            index = "unknown" if later else _index_of_command(command, environment)
            yield PublishStep(planned, step, line, match["tool"], index, command, environment, None, may_run)


def index_of_url(url: str) -> Index:
    """Return the index of an upload address; "" is that of PyPI."""
    if not url or "upload.pypi.org" in url or re.search(r"//pypi\.org", url):
        return "pypi"
    return "testpypi" if "test.pypi.org" in url else "other"


def _index_of_command(command: str, environment: Mapping[str, Value]) -> Index:
    named = [to_text(value) for name, value in environment.items() if name.endswith(("REPOSITORY_URL", "PUBLISH_URL"))]
    named += [to_text(environment[name]) for name in ("TWINE_REPOSITORY", "UV_PUBLISH_INDEX") if name in environment]
    text = " ".join([command, *named])
    if NAMES_TESTPYPI.search(text):
        return "testpypi"
    if "${{" in " ".join(named) or re.search(r"(?:-r|--repository(?:-url)?|--index|--publish-url)[ =]\S*\$", command):
        return "unknown"
    if re.search(r"(?:--repository-url|--publish-url)[ =]", command) or any("://" in name for name in named):
        return "pypi" if "pypi.org" in text else "other"
    return "pypi"


def known_text(plan: Plan, planned: PlannedJob, value: Value) -> str | None:
    """Return a value as text with its expressions evaluated, or None where only a run can tell."""
    try:
        result = resolve(value, _contexts(plan, planned), FUNCTIONS_OF_STEPS)
    except UsageError:
        return None
    return None if has_unknown(result) else to_text(result)


def _may_run(plan: Plan, planned: PlannedJob, step: WorkflowStep) -> bool:
    """Return whether the `if` of a step is true or known only to a run, if everything before it succeeds."""
    try:
        value = condition_value(step.condition, _contexts(plan, planned), Status(), FUNCTIONS_OF_STEPS)
    except UsageError:
        return True
    return isinstance(value, UnknownValue) or is_true(value)


def _contexts(plan: Plan, planned: PlannedJob) -> dict[str, Any]:
    """Return the contexts of a job's steps, as far as they are known before a run."""
    entries = planned.entries
    contexts: dict[str, Any] = {
        **dict.fromkeys(("needs", "steps", "secrets", "job", "runner", "strategy", "env"), UNKNOWN),
        **plan.contexts,
        "matrix": entries[0].values if entries is not None and len(entries) == 1 else UNKNOWN,
    }
    variables = {**plan.workflow.env, **planned.job.env}
    contexts["env"] = {name: resolve(text, contexts, FUNCTIONS_OF_STEPS) for name, text in variables.items()}
    return contexts


def normal_path(path: str | None) -> str | None:
    """Return a relative path without `./` at the begin and `/` at the end; "." for the working folder."""
    if path is None:
        return None
    parts = [part for part in path.strip().replace("\\", "/").split("/") if part not in {"", "."}]
    return ("/" if path.strip().startswith("/") else "") + "/".join(parts) or "."
