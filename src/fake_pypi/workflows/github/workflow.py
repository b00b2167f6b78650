"""A workflow of GitHub Actions as it is written: jobs, steps and actions, with the line of each.

Values are raw: a string may contain `${{ }}` templates, which `expressions.interpolate` replaces when the contexts are
known. A field whose key is missing is None, or an empty mapping or tuple where that means the same. Keys and their
meaning: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fake_pypi.workflows.github.keys import Key
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping, YamlSequence


@dataclass(frozen=True)
class KeyNote:
    """A key of a file that has no effect here, or because of which a job is not run; `key.sentence` says why."""

    line: int
    place: str
    key: Key

    def __str__(self) -> str:
        return f"line {self.line}: {self.key.name} of a {self.place}: {self.key.sentence}"


@dataclass(frozen=True)
class Defaults:
    """The defaults of the `run` steps of a workflow or a job (`defaults.run`); a job's go before the workflow's."""

    shell: str | None = None
    working_directory: str | None = None
    line: int = 0


@dataclass(frozen=True)
class WorkflowStep:
    """A step of a job or of a composite action: either `run` or `uses` is set.

    `position` counts from 1 within the job. `condition` is the key `if`, with or without `${{ }}`: pass it to
    `expressions.condition`, which also accepts None. `inputs` is the key `with`, `lines` has the line of each key of
    the step.
    """

    position: int
    line: int
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    id: str | None = None
    name: str | None = None
    uses: str | None = None
    run: str | None = None
    shell: str | None = None
    working_directory: str | None = None
    condition: str | bool | None = None
    env: YamlMapping = field(default_factory=YamlMapping)
    inputs: YamlMapping = field(default_factory=YamlMapping)
    continue_on_error: Value = None
    timeout_minutes: Value = None

    @property
    def title(self) -> str:
        """The name that GitHub shows: `name`, or "Run" with the action or the first line of the script."""
        return self.name or f"Run {self.uses or (self.run or '').strip().partition(chr(10))[0]}"


@dataclass(frozen=True)
class Environment:
    """The deployment environment of a job; both values may contain expressions."""

    name: str
    url: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Permissions:
    """What the token of a job may do: `all_scopes` for `read-all` and `write-all`, or a level for each named scope.

    `permissions: {}` has neither. A scope that is not named is "none" as soon as any is named.
    """

    all_scopes: Literal["read", "write"] | None = None
    scopes: YamlMapping = field(default_factory=YamlMapping)
    line: int = 0

    def level(self, scope: str) -> str:
        """Return "write", "read" or "none" for a scope such as "id-token"; `read-all` includes no identity token."""
        if self.all_scopes == "read" and scope == "id-token":
            return "none"
        return self.all_scopes or str(self.scopes.get(scope, "none"))


@dataclass(frozen=True)
class Strategy:
    """The strategy of a job: `matrix` is a mapping, or a string with an expression that gives one.

    `matrix["include"]` and `matrix["exclude"]` stay in the mapping; `matrix.combinations` expands them.
    """

    matrix: YamlMapping | str | None = None
    fail_fast: Value = None
    max_parallel: Value = None
    line: int = 0


@dataclass(frozen=True)
class Container:
    """The container of a job, or of a service: the image, and the other keys as they are."""

    image: str
    options: YamlMapping = field(default_factory=YamlMapping)
    line: int = 0


@dataclass(frozen=True)
class Concurrency:
    """The group of runs of which one at a time is in progress."""

    group: str
    line: int = 0


@dataclass(frozen=True)
class Job:
    """A job: `steps`, or `uses` with `inputs` (`with`) and `secrets` for a reusable workflow.

    `secrets` is "inherit" or a mapping. `runs_on` is a string, a sequence of labels or a mapping with `group` and
    `labels`. `permissions` is None where the workflow's apply.
    """

    id: str
    line: int
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    name: str | None = None
    needs: tuple[str, ...] = ()
    condition: str | bool | None = None
    runs_on: str | YamlSequence | YamlMapping | None = None
    environment: Environment | None = None
    permissions: Permissions | None = None
    env: YamlMapping = field(default_factory=YamlMapping)
    defaults: Defaults = Defaults()
    strategy: Strategy | None = None
    outputs: YamlMapping = field(default_factory=YamlMapping)
    steps: tuple[WorkflowStep, ...] = ()
    uses: str | None = None
    inputs: YamlMapping = field(default_factory=YamlMapping)
    secrets: YamlMapping | Literal["inherit"] | None = None
    container: Container | None = None
    services: dict[str, Container] = field(default_factory=dict)
    continue_on_error: Value = None
    timeout_minutes: Value = None
    concurrency: Concurrency | None = None
    notes: tuple[KeyNote, ...] = ()

    @property
    def refusals(self) -> list[KeyNote]:
        """The keys because of which this job cannot be run here."""
        return [note for note in self.notes if note.key.support == "refused"]


@dataclass(frozen=True)
class Input:
    """An input of a workflow (`workflow_dispatch`, `workflow_call`) or of an action.

    `type` is "string", "boolean", "number", "choice" or "environment"; inputs of actions are always strings.
    """

    name: str
    line: int
    type: str = "string"
    required: bool = False
    default: Value = None
    choices: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class SecretInput:
    """A secret that a reusable workflow takes from its caller."""

    name: str
    line: int
    required: bool = False


@dataclass(frozen=True)
class Trigger:
    """An event that starts a workflow, with its filters.

    `filters` has the keys as they are written: `branches`, `branches-ignore`, `tags`, `tags-ignore`, `paths`,
    `paths-ignore`, `types`, `workflows`, `cron` entries. `triggers.decide` judges an event by them.
    """

    event: str
    line: int
    filters: YamlMapping = field(default_factory=YamlMapping)


@dataclass(frozen=True)
class CallInterface:
    """What a reusable workflow takes and gives (`on.workflow_call`); `outputs` are raw templates by name."""

    inputs: dict[str, Input] = field(default_factory=dict)
    secrets: dict[str, SecretInput] = field(default_factory=dict)
    outputs: YamlMapping = field(default_factory=YamlMapping)


@dataclass(frozen=True)
class Workflow:
    """A workflow file.

    `file` is the path relative to the repository, with slashes, as ".github/workflows/release.yml"; `path` is where
    it was read. `dispatch_inputs` are those of `workflow_dispatch`, `call` is None without `workflow_call`.
    """

    file: str
    path: Path
    jobs: dict[str, Job]
    triggers: dict[str, Trigger]
    name: str | None = None
    run_name: str | None = None
    env: YamlMapping = field(default_factory=YamlMapping)
    defaults: Defaults = Defaults()
    permissions: Permissions | None = None
    concurrency: Concurrency | None = None
    dispatch_inputs: dict[str, Input] = field(default_factory=dict)
    call: CallInterface | None = None
    notes: tuple[KeyNote, ...] = ()

    @property
    def title(self) -> str:
        """The name that GitHub shows: `name`, or the path of the file."""
        return self.name or self.file


@dataclass(frozen=True)
class Action:
    """An action of the repository, from its action.yml.

    `using` is "composite", "docker", "node20" …; only a composite action has `steps`. `outputs` are raw templates by
    name, evaluated with the context `steps` of the action.
    """

    file: str
    path: Path
    using: str
    line: int
    name: str = ""
    inputs: dict[str, Input] = field(default_factory=dict)
    outputs: YamlMapping = field(default_factory=YamlMapping)
    steps: tuple[WorkflowStep, ...] = ()
    notes: tuple[KeyNote, ...] = ()
