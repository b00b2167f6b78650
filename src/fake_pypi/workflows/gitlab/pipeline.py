"""A pipeline of GitLab CI/CD as data: its stages, jobs and rules, with the places where they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.workflows.gitlab.placed_values import Place

EDGE_STAGES = (".pre", ".post")


@dataclass(frozen=True)
class PipelineVariable:
    """A variable: its value as written, and whether `$NAME` in it is replaced."""

    value: str
    place: Place
    expand: bool = True


Variables = Mapping[str, PipelineVariable]


@dataclass(frozen=True)
class ChangedPaths:
    """The condition `changes`: `compare_to` is the ref to compare with, "" for that of the event."""

    paths: tuple[str, ...]
    compare_to: str = ""


@dataclass(frozen=True)
class PipelineNeed:
    """A job that another job needs."""

    job: str
    place: Place
    artifacts: bool = True
    optional: bool = False


@dataclass(frozen=True)
class PipelineRule:
    """One entry of `rules`; it matches if all of its conditions are true. None is a missing key."""

    place: Place
    condition: str | None = None
    changes: ChangedPaths | None = None
    exists: tuple[str, ...] | None = None
    when: str | None = None
    allow_failure: bool | None = None
    variables: Variables = field(default_factory=dict)
    needs: tuple[PipelineNeed, ...] | None = None
    not_supported: str = ""


@dataclass(frozen=True)
class RefPolicy:
    """The deprecated `only` or `except`; None is a missing key."""

    place: Place
    refs: tuple[str, ...] | None = None
    variables: tuple[str, ...] | None = None
    changes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class JobArtifacts:
    """The files that a job passes on, as patterns relative to the project."""

    place: Place
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    untracked: bool = False
    when: str = "on_success"
    dotenv: tuple[str, ...] = ()


@dataclass(frozen=True)
class JobIdentityToken:
    """An entry of `id_tokens`: the variable and the audiences of the token in it."""

    variable: str
    audiences: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class JobEnvironment:
    """The deployment environment of a job; both texts may contain variables."""

    name: str
    place: Place
    url: str = ""


@dataclass(frozen=True)
class JobRetry:
    """How many times a failed job runs again, and for which failures; exit codes None for any."""

    most: int = 0
    when: tuple[str, ...] = ("always",)
    exit_codes: tuple[int, ...] | None = None

    def applies_to(self, exit_code: int) -> bool:
        """Return whether a script that ended with this code runs again."""
        by_code = self.exit_codes is not None and exit_code in self.exit_codes
        return by_code or (self.exit_codes is None and bool({"always", "script_failure"} & set(self.when)))


@dataclass(frozen=True)
class ScriptLine:
    """A command of a script, and where it is written."""

    text: str
    place: Place


@dataclass(frozen=True)
class PipelineJob:
    """A job as it is after `extends`, `default` and `!reference`.

    `not_supported` is why it cannot be rehearsed, "" for a job that can. `matrix` are the variables of each of its
    instances, one empty mapping without `parallel`; `allowed_exit_codes` those of `allow_failure`.
    """

    name: str
    place: Place
    stage: str = "test"
    script: tuple[ScriptLine, ...] = ()
    before_script: tuple[ScriptLine, ...] = ()
    after_script: tuple[ScriptLine, ...] = ()
    image: str = ""
    variables: Variables = field(default_factory=dict)
    inherits_variables: bool | tuple[str, ...] = True
    rules: tuple[PipelineRule, ...] | None = None
    only: RefPolicy | None = None
    excluded: RefPolicy | None = None
    when: str = "on_success"
    when_place: Place | None = None
    allow_failure: bool | None = None
    allowed_exit_codes: tuple[int, ...] = ()
    needs: tuple[PipelineNeed, ...] | None = None
    dependencies: tuple[str, ...] | None = None
    artifacts: JobArtifacts | None = None
    environment: JobEnvironment | None = None
    id_tokens: tuple[JobIdentityToken, ...] = ()
    retry: JobRetry = JobRetry()
    timeout: float | None = None
    matrix: tuple[Mapping[str, str], ...] = ({},)
    has_matrix: bool = False
    not_supported: str = ""

    @property
    def commands(self) -> tuple[ScriptLine, ...]:
        """The commands of `before_script` and `script`, which run in one shell."""
        return (*self.before_script, *self.script)


@dataclass(frozen=True)
class MissingInclude:
    """A file that `include` names and that is not on this machine."""

    text: str
    reason: str
    place: Place


@dataclass(frozen=True)
class KeywordNote:
    """A keyword without effect here, at one place."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class Pipeline:
    """What a pipeline file says, with its included files. `file` is its path relative to the repository."""

    path: Path
    file: str
    stages: tuple[str, ...]
    jobs: Mapping[str, PipelineJob]
    variables: Variables = field(default_factory=dict)
    rules: tuple[PipelineRule, ...] | None = None
    missing_includes: tuple[MissingInclude, ...] = ()
    included: tuple[str, ...] = ()
    notes: tuple[KeywordNote, ...] = ()
