"""The trusted publishers of a pipeline: registered as its jobs need them, or as the user states them.

https://docs.pypi.org/trusted-publishers/adding-a-publisher/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes, FakePyPI


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
        words = text.split()
        site = words.pop(0) if words and words[0] in {"pypi", "testpypi"} else ""
        namespace, _, project = words[0].rpartition("/") if words else ("", "", "")
        if len(words) not in {2, 3} or not namespace or not project:
            raise UsageError(f"{text!r} is no publisher", "write [pypi|testpypi] NAMESPACE/PROJECT FILE [ENVIRONMENT]")
        return cls(namespace, project, words[1], words[2] if len(words) == 3 else "", site)

    @classmethod
    def of_claims(cls, claims: dict[str, Any]) -> GitLabPublisherEntry:
        """Return the entries that match the identity token of a job."""
        namespace, _, project = str(claims["project_path"]).rpartition("/")
        file = str(claims["ci_config_ref_uri"]).partition("//")[2].partition("@")[0]
        return cls(namespace, project, file, str(claims.get("environment", "")))

    def __str__(self) -> str:
        return (
            f"Namespace: {self.namespace} · Project name: {self.project} · Top-level pipeline file path: {self.file} · "
            f"Environment name: {self.environment or '(leave empty)'}"
        )


class GitLabPublishers:
    """Registers publishers on both indexes.

    `projects` are the names of the projects in the repository. With `stated` publishers, these are registered and no
    others; `stated=()` registers none.
    """

    def __init__(
        self, indexes: FakeIndexes, projects: Iterable[str], *, stated: Sequence[GitLabPublisherEntry] | None = None
    ) -> None:
        self._indexes = indexes
        self.projects = list(dict.fromkeys(normalized(name) for name in projects))
        self.stated = stated
        self._registered: set[tuple[str, str, GitLabPublisherEntry]] = set()
        for entry in stated or ():
            self._add(entry)

    def register(self, claims: dict[str, Any]) -> None:
        """Register the job with these claims for all projects, unless the user has stated publishers."""
        if self.stated is None:
            self._add(GitLabPublisherEntry.of_claims(claims))

    def _add(self, entry: GitLabPublisherEntry) -> None:
        for index in self._indexes.all:
            if entry.site in {"", index.site.name}:
                for project in self.projects:
                    self._add_to(index, project, entry)

    def _add_to(self, index: FakePyPI, project: str, entry: GitLabPublisherEntry) -> None:
        key = (index.site.name, project, entry)
        if key in self._registered:
            return
        self._registered.add(key)
        # One pending publisher can create one project: with several, each exists already.
        if len(self.projects) > 1 and index.project(project) is None:
            index.add_project(project)
        index.add_gitlab_publisher(
            project,
            namespace=entry.namespace,
            repository=entry.project,
            workflow=entry.file,
            environment=entry.environment,
            pending=index.project(project) is None,
        )
