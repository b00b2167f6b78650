"""The JSON document that `fake-pypi workflow` prints with `--json`.

See `json_documents` about its members; `outcome`, `conclusion` and `result` are GitHub's words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoundProblem:
    """A problem that the file shows without a run. `problem` is its id, `message` has the facts."""

    problem: str
    severity: str
    path: str
    line: int
    message: str
    explanation: str
    remedy: str


@dataclass(frozen=True)
class RunStep:
    """A step that ran or was skipped. `outcome` is its result, `conclusion` that after `continue-on-error`."""

    name: str
    outcome: str
    conclusion: str
    output: str
    error: str | None
    seconds: float


@dataclass(frozen=True)
class RunJob:
    """A job, or one entry of its matrix. `reason` says why it did not run, or why it failed."""

    job: str
    name: str
    result: str
    reason: str | None
    steps: tuple[RunStep, ...]


@dataclass(frozen=True)
class WorkflowDocument:
    """The output of `fake-pypi workflow`.

    `starts` says whether the event starts the workflow or creates the pipeline, `reason` why. `plan` are the lines that
    describe it, `problems` what the file shows without a run. The others are of the run: `jobs`, the files that were
    `published`, the jobs that were `not_run` because they are for other platforms, `notes` on what differs from the
    real host, `hints` and `warnings` on what could or should be better, `mistakes` that would cost a release, and what
    is `remaining` to do on the real sites. `failed` is true with exit code 1.
    """

    path: str
    starts: bool
    reason: str
    plan: tuple[str, ...]
    problems: tuple[FoundProblem, ...]
    jobs: tuple[RunJob, ...]
    published: tuple[str, ...]
    not_run: tuple[str, ...]
    notes: tuple[str, ...]
    hints: tuple[str, ...]
    warnings: tuple[str, ...]
    mistakes: tuple[str, ...]
    remaining: tuple[str, ...]
    failed: bool
