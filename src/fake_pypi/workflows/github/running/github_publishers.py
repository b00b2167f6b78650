"""The entries of PyPI's form for a trusted publisher on GitHub.

https://docs.pypi.org/trusted-publishers/adding-a-publisher/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.workflows.running.registered_publishers import publisher_words

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI

SYNTAX = "[pypi|testpypi] OWNER/NAME WORKFLOW [ENVIRONMENT]"


@dataclass(frozen=True)
class GitHubPublisherEntry:
    """The entries of PyPI's form for a publisher on GitHub; `site` is the site that has it, "" for both."""

    owner: str
    repository: str
    workflow: str
    environment: str = ""
    site: str = ""

    @classmethod
    def parse(cls, text: str) -> GitHubPublisherEntry:
        """Read "[pypi|testpypi] OWNER/NAME WORKFLOW [ENVIRONMENT]". Raises `UsageError`.

        >>> GitHubPublisherEntry.parse("testpypi octo/demo release.yml").site
        'testpypi'
        """
        site, owner, name, file, environment = publisher_words(text, SYNTAX)
        if "/" in owner:
            raise UsageError(f"{text!r} is no publisher", f"write {SYNTAX}")
        return cls(owner, name, file, environment, site)

    @classmethod
    def of_claims(cls, claims: dict[str, Any]) -> GitHubPublisherEntry:
        """Return the entries that match the identity token of a job."""
        owner, _, name = str(claims["repository"]).partition("/")
        file = str(claims["job_workflow_ref"]).partition("@")[0].rpartition("/")[2]
        return cls(owner, name, file, str(claims.get("environment", "")).lower())

    def add_to(self, index: FakePyPI, project: str) -> None:
        """Register the publisher for a project of an index; a pending publisher if there is no such project."""
        index.add_github_publisher(
            project,
            owner=self.owner,
            repository=self.repository,
            workflow=self.workflow,
            environment=self.environment,
            pending=index.project(project) is None,
        )

    def __str__(self) -> str:
        return (
            f"Owner: {self.owner} · Repository name: {self.repository} · Workflow name: {self.workflow} · "
            f"Environment name: {self.environment or '(leave empty)'}"
        )
