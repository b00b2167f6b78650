"""What all jobs of a run share: the indexes, the repository, the event, artifacts, secrets, and the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.workflows.github.running.log_secrets import LogSecrets
from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowReport, WorkflowStepReport

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake import FakeIndexes, FakePyPI
    from fake_pypi.rules.session_authority import SessionAuthority
    from fake_pypi.workflows.github.running.origin_repository import OriginRepository
    from fake_pypi.workflows.github.running.registered_publishers import RegisteredPublishers
    from fake_pypi.workflows.github.running.run_secrets import RunSecrets


@dataclass
class RunSession:
    """The shared parts of a run.

    `github` is the context `github` without what belongs to a job, `variables` the context `vars`, `root` the folder
    of the user's repository, `folder` a temporary one. `strict` lets commands run in a network that has only the
    indexes, `timeout` is the limit of a command in seconds. `on_job`, `on_start` and `on_step` are called when a job
    begins, and when a step begins and has ended.
    """

    indexes: FakeIndexes
    origin: OriginRepository
    github: dict[str, Any]
    root: Path
    folder: Path
    secrets: RunSecrets
    publishers: RegisteredPublishers
    variables: Mapping[str, str] = field(default_factory=dict)
    any_python: bool = False
    strict: bool = False
    timeout: float = 1800.0
    report: WorkflowReport = field(default_factory=WorkflowReport)
    log_secrets: LogSecrets = field(default_factory=LogSecrets)
    artifact_versions: dict[str, int] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)
    on_job: Callable[[JobReport], None] = lambda _job: None
    on_start: Callable[[JobReport, str], None] = lambda _job, _title: None
    on_step: Callable[[JobReport, WorkflowStepReport], None] = lambda _job, _step: None

    @cached_property
    def authority(self) -> SessionAuthority:
        """The authority that signs attestations in this run, and that both indexes trust."""
        from fake_pypi.rules.session_authority import SessionAuthority

        authority = SessionAuthority()
        for index in self.indexes.all:
            index.index.attestation_authority = authority
        return authority

    @property
    def artifacts(self) -> Path:
        """The folder with a folder for each artifact."""
        folder = self.folder / "artifacts"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def event_file(self) -> Path:
        """The file with the payload of the event (GITHUB_EVENT_PATH)."""
        file = self.folder / "event.json"
        if not file.exists():
            file.write_text(json.dumps(self.github["event"], indent=2), encoding="utf-8")
        return file

    @property
    def repository(self) -> str:
        """The repository, as "owner/name"."""
        return str(self.github["repository"])

    def new_shell(self) -> Shell:
        """Open a shell with a home of its own, as each job has a machine of its own, and without tokens."""
        shell = self.indexes.shell(credentials=False, strict=self.strict)
        shell.env["PYTHONIOENCODING"] = "utf-8"
        return shell

    def index_at(self, url: str) -> FakePyPI | None:
        """Return the index whose real host an address names; None for another host."""
        from urllib.parse import urlsplit

        host = (urlsplit(url).hostname or "").lower()
        return next((index for index in self.indexes.all if host in index.hosts.all), None)
