"""The entries of PyPI's form for a trusted publisher on GitLab.

https://docs.pypi.org/trusted-publishers/adding-a-publisher/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.workflows.running.registered_publishers import publisher_words

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI


@dataclass(frozen=True)
class GitLabPublisherEntry:
    """The entries of PyPI's form for a publisher on GitLab; `site` is the site that has it, "" for both."""

    namespace: str
    project: str
    file: str = ".gitlab-ci.yml"
    environment: str = ""
    site: str = ""

    @classmethod
    def parse(cls, text: str) -> GitLabPublisherEntry:
        """Read "[pypi|testpypi] NAMESPACE/PROJECT FILE [ENVIRONMENT]". Raises `UsageError`.

        >>> GitLabPublisherEntry.parse("group/sub/demo .gitlab-ci.yml pypi").namespace
        'group/sub'
        """
        site, namespace, project, file, environment = publisher_words(
            text, "[pypi|testpypi] NAMESPACE/PROJECT FILE [ENVIRONMENT]"
        )
        return cls(namespace, project, file, environment, site)

    @classmethod
    def of_claims(cls, claims: dict[str, Any]) -> GitLabPublisherEntry:
        """Return the entries that match the identity token of a job."""
        namespace, _, project = str(claims["project_path"]).rpartition("/")
        file = str(claims["ci_config_ref_uri"]).partition("//")[2].partition("@")[0]
        return cls(namespace, project, file, str(claims.get("environment", "")))

    def add_to(self, index: FakePyPI, project: str) -> None:
        """Register the publisher for a project of an index; a pending publisher if there is no such project."""
        index.add_gitlab_publisher(
            project,
            namespace=self.namespace,
            repository=self.project,
            workflow=self.file,
            environment=self.environment,
            pending=index.project(project) is None,
        )

    def __str__(self) -> str:
        return (
            f"Namespace: {self.namespace} · Project name: {self.project} · Top-level pipeline file path: {self.file} · "
            f"Environment name: {self.environment or '(leave empty)'}"
        )
