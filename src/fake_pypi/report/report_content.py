"""The content of a report: facts only. HTML, JSON and Markdown are made from it.

The docstrings of these classes are the descriptions in the JSON Schema. Times are in UTC, durations in seconds, sizes
in bytes, digests hexadecimal. A text without a value is "".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

SCHEMA_VERSION = 1
"""The version of the schema. It rises when a member is removed, or changes its type or meaning."""

Outcome = Literal["passed", "failed", "skipped", "none"]
"""The result of a run or a step; "none" where nothing was judged."""
RunKind = Literal["rehearsal", "workflow", "test", "command", "indexes"]
"""What a run is: see `RunReport`."""

Content = TypeVar("Content")


@dataclass(frozen=True)
class ArchiveMember:
    """A member of a wheel or an sdist. `size` is that of the unpacked member."""

    name: str
    size: int


@dataclass(frozen=True)
class FileReport:
    """A wheel or an sdist.

    `kind` is "bdist_wheel" or "sdist". `members` are the first ones of the archive, and `member_count` counts all.
    `metadata` has the fields of the core metadata by their names in lower case, without the description. `problem` says
    why members or metadata could not be read. `uploaded` and `uploader` are those of a file on an index.
    """

    filename: str
    kind: str
    size: int
    sha256: str
    blake2_256: str
    members: tuple[ArchiveMember, ...] = ()
    member_count: int = 0
    metadata: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    uploaded: datetime | None = None
    uploader: str = ""


@dataclass(frozen=True)
class ReleaseReport:
    """A release on an index.

    `page` is the project page as the index shows it, an HTML document without links to the index; "" if it was left
    out.
    """

    version: str
    created: datetime
    yanked: bool
    yanked_reason: str
    files: tuple[FileReport, ...]
    page: str = ""


@dataclass(frozen=True)
class ProjectReport:
    """A project on an index. `status` is that of PEP 792: "active", "archived", …."""

    name: str
    status: str
    releases: tuple[ReleaseReport, ...]


@dataclass(frozen=True)
class RequestReport:
    """A request that an index received, and its response.

    `client` is the program with its version, `sender` a user or a publisher. `rule` is the id of the rule that rejected
    an upload, `fault` the text of the faults that acted.
    """

    time: datetime
    method: str
    url: str
    client: str
    status: int
    reason: str
    sender: str
    project: str
    filename: str
    rule: str
    fault: str
    seconds: float


@dataclass(frozen=True)
class RejectionReport:
    """An upload, or the exchange of an identity token, that an index rejected or would reject.

    `message` is the index's own, `rule` the id of the rule that it is from, `explanation` why the rule exists, `remedy`
    what to do. `detail` is what is known beyond the message. `is_expected`: the rehearsal expects this rejection.
    """

    filename: str
    status: int
    message: str
    rule: str
    explanation: str = ""
    remedy: str = ""
    detail: str = ""
    is_expected: bool = False


@dataclass(frozen=True)
class FormEntry:
    """A field of a form on a web site, and what to enter."""

    label: str
    value: str


@dataclass(frozen=True)
class RemainingTask:
    """What is left to do on the real site: a page of it, and what to enter there."""

    title: str
    explanation: str
    address: str = ""
    entries: tuple[FormEntry, ...] = ()


@dataclass(frozen=True)
class PublisherReport:
    """A trusted publisher that an index knows.

    `kind` is "github", "gitlab", "google" or "activestate". `entries` are those of the form in which it is registered.
    A pending publisher is for a project that does not exist yet. `projects` are the projects that it may publish.
    """

    kind: str
    projects: tuple[str, ...]
    entries: tuple[FormEntry, ...]
    is_pending: bool = False


@dataclass(frozen=True)
class IndexReport:
    """An index, and what happened to it.

    `site` is its name ("pypi", "testpypi", …). `requests` and `rejections` are the newest ones, and the counts are of
    all. `faults` are the faults that acted, and how often. `left_out` are sentences about what is not in this report.
    """

    site: str
    title: str
    host: str
    projects: tuple[ProjectReport, ...] = ()
    requests: tuple[RequestReport, ...] = ()
    request_count: int = 0
    rejections: tuple[RejectionReport, ...] = ()
    rejection_count: int = 0
    faults: tuple[str, ...] = ()
    publishers: tuple[PublisherReport, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommandReport:
    """A command that was run.

    `output` has standard output and standard error; "" where they went to the terminal. `exit_code` is null for a
    command that did not end by itself.
    """

    command: str
    exit_code: int | None
    output: str = ""
    started: datetime | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class StepReport:
    """A step of a rehearsal or of a workflow.

    `summary` says in one line why it failed or was skipped, `advice` what to do about it.
    """

    name: str
    description: str = ""
    outcome: Outcome = "passed"
    summary: str = ""
    started: datetime | None = None
    seconds: float = 0.0
    rejections: tuple[RejectionReport, ...] = ()
    advice: tuple[str, ...] = ()
    commands: tuple[CommandReport, ...] = ()


@dataclass(frozen=True)
class RunReport:
    """One rehearsal, workflow, test or command, or a pair of indexes, with the indexes that it used.

    `name` is that of the project, the workflow, the test or the command. `message` is the failure as it was printed.
    `built` are the files that were built, `published` lines about what was uploaded, `notes` what was assumed.
    `not_checked` are facts that only the real site knows, `remaining` is what is left to do there. `blocked_requests`
    are the requests to other hosts that were blocked.
    """

    kind: RunKind
    name: str
    version: str = ""
    outcome: Outcome = "none"
    message: str = ""
    started: datetime | None = None
    seconds: float = 0.0
    steps: tuple[StepReport, ...] = ()
    built: tuple[FileReport, ...] = ()
    indexes: tuple[IndexReport, ...] = ()
    published: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    blocked_requests: tuple[str, ...] = ()
    remaining: tuple[RemainingTask, ...] = ()

    @property
    def title(self) -> str:
        """The heading of the run, as "Rehearsal of demo 1.0"."""
        name = f"{self.name} {self.version}".strip()
        titles: dict[RunKind, str] = {
            "rehearsal": f"Rehearsal of {name}",
            "workflow": f"Workflow {name}",
            "test": f"Test {name}",
            "command": f"Command {name}",
            "indexes": name,
        }
        return titles[self.kind]


@dataclass(frozen=True)
class Report:
    """A report. `schema` and `version` are those of the document, `generator` is the program that wrote it."""

    created: datetime
    generator: str
    python: str
    platform: str
    runs: tuple[RunReport, ...]
    schema: Literal["report"] = "report"
    version: int = SCHEMA_VERSION

    @classmethod
    def of(cls, *runs: RunReport) -> Report:
        """Return the report of these runs, made now in this process."""
        import platform
        from datetime import timezone
        from importlib.metadata import version

        generator = f"pytest-fake-pypi {version('pytest-fake-pypi')}"
        python = f"{platform.python_implementation()} {platform.python_version()}"
        return cls(datetime.now(timezone.utc), generator, python, platform.platform(terse=True), runs)

    @property
    def title(self) -> str:
        """The title of the document: that of its only run, or the number of runs."""
        return self.runs[0].title if len(self.runs) == 1 else f"Report of {len(self.runs)} runs"

    @property
    def outcome(self) -> Outcome:
        """The result of all runs together."""
        outcomes = {run.outcome for run in self.runs}
        order: tuple[Outcome, ...] = ("failed", "passed", "skipped")
        return next((outcome for outcome in order if outcome in outcomes), "none")


def redacted(content: Content, redact: Callable[[str], str]) -> Content:
    """Return a report, or a part of one, with every text passed through `redact`."""
    changed: Any = content
    if isinstance(content, str):
        changed = redact(content)
    elif isinstance(content, tuple | list):
        changed = type(content)(redacted(item, redact) for item in content)
    elif isinstance(content, dict):
        changed = {name: redacted(value, redact) for name, value in content.items()}
    elif is_dataclass(content) and not isinstance(content, type):
        changed = replace(
            content, **{item.name: redacted(getattr(content, item.name), redact) for item in fields(content)}
        )
    return changed  # type: ignore[no-any-return]  # of the same type
