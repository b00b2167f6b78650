"""What happened in a run: its jobs and steps with their output, what was published, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class WorkflowStepReport:
    """A step that ran or was skipped. `outcome` is its result, `conclusion` that after `continue-on-error`."""

    title: str
    outcome: str = "success"
    conclusion: str = "success"
    lines: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0


@dataclass
class JobReport:
    """A job, or one entry of its matrix. `reason` says why it did not run, or why it failed.

    `job` is the id in the workflow that the event starts: a job of a reusable workflow has that of its caller.
    """

    job: str
    title: str
    result: str = "success"
    reason: str = ""
    steps: list[WorkflowStepReport] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class WorkflowReport:
    """The report of a run.

    `notes` say what differs from GitHub, `hints` and `warnings` what could or should be better, `mistakes` what would
    cost a release, `published` the files on each index, `remaining` what is left to do on the real sites, `not_run`
    the jobs of other platforms.
    """

    jobs: list[JobReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    remaining: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether a job failed, or a mistake was found."""
        return bool(self.mistakes) or any(job.result in {"failure", "cancelled"} for job in self.jobs)

    def of_job(self, name: str) -> list[JobReport]:
        """Return the reports of a job, one for each entry of its matrix."""
        return [job for job in self.jobs if job.job == name]

    def add_note(self, text: str) -> None:
        """Add a note, once."""
        _add_once(self.notes, text)

    def add_warning(self, text: str) -> None:
        """Add a warning, once."""
        _add_once(self.warnings, text)

    def add_hint(self, text: str) -> None:
        """Add a hint, once."""
        _add_once(self.hints, text)

    def add_mistake(self, text: str) -> None:
        """Add a mistake, once."""
        _add_once(self.mistakes, text)

    def add_remaining(self, text: str) -> None:
        """Add something that is left to do on the real sites, once."""
        _add_once(self.remaining, text)


def _add_once(texts: list[str], text: str) -> None:
    if text not in texts:
        texts.append(text)
