"""What all jobs of a run share: the indexes, the repository, the event, artifacts, secrets, and the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry
from fake_pypi.workflows.running.host_session import HostSession

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI
    from fake_pypi.rules.session_authority import SessionAuthority


@dataclass(kw_only=True)
class RunSession(HostSession[GitHubPublisherEntry]):
    """The shared parts of a run.

    `github` is the context `github` without what belongs to a job, `variables` the context `vars`, `root` the folder
    of the user's repository.
    """

    github: dict[str, Any]
    root: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    artifact_versions: dict[str, int] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)

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

    def index_at(self, url: str) -> FakePyPI | None:
        """Return the index whose real host an address names; None for another host."""
        from urllib.parse import urlsplit

        host = (urlsplit(url).hostname or "").lower()
        return next((index for index in self.indexes.all if host in index.hosts.all), None)
