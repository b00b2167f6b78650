"""The trusted publishers of a run: registered as the workflow needs them, or as the user states them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes, FakePyPI


@dataclass(frozen=True)
class PublisherEntry:
    """The entries of PyPI's form for a publisher on GitHub; `site` is the site that has it, "" for both."""

    owner: str
    repository: str
    workflow: str
    environment: str = ""
    site: str = ""

    @classmethod
    def parse(cls, text: str) -> PublisherEntry:
        """Read "[pypi|testpypi] OWNER/NAME WORKFLOW [ENVIRONMENT]". Raises `UsageError`.

        >>> PublisherEntry.parse("testpypi octo/demo release.yml").site
        'testpypi'
        """
        words = text.split()
        site = words.pop(0) if words and words[0] in {"pypi", "testpypi"} else ""
        owner, _, name = words[0].partition("/") if words else ("", "", "")
        if len(words) not in {2, 3} or not owner or not name or "/" in name:
            raise UsageError(f"{text!r} is no publisher", "write [pypi|testpypi] OWNER/NAME WORKFLOW [ENVIRONMENT]")
        return cls(owner, name, words[1], words[2] if len(words) == 3 else "", site)

    @classmethod
    def of_claims(cls, claims: dict[str, Any]) -> PublisherEntry:
        """Return the entries that match the identity token of a job."""
        owner, _, name = str(claims["repository"]).partition("/")
        file = str(claims["job_workflow_ref"]).partition("@")[0].rpartition("/")[2]
        return cls(owner, name, file, str(claims.get("environment", "")).lower())

    def __str__(self) -> str:
        return (
            f"Owner: {self.owner} · Repository name: {self.repository} · Workflow name: {self.workflow} · "
            f"Environment name: {self.environment or '(leave empty)'}"
        )


class RegisteredPublishers:
    """Registers publishers on both indexes.

    `projects` are the names of the projects in the repository. With `stated` publishers, these are registered and no
    others; `stated=()` registers none.
    """

    def __init__(
        self, indexes: FakeIndexes, projects: Iterable[str], *, stated: Sequence[PublisherEntry] | None = None
    ) -> None:
        self._indexes = indexes
        self.projects = list(dict.fromkeys(normalized(name) for name in projects))
        self.stated = stated
        self._registered: set[tuple[str, str, PublisherEntry]] = set()
        for entry in stated or ():
            for index in indexes.all:
                if entry.site in {"", index.site.name}:
                    for project in self.projects:
                        self._add(index, project, entry)

    def register(self, claims: dict[str, Any]) -> None:
        """Register the job with these claims for all projects, unless the user has stated publishers."""
        if self.stated is None:
            entry = PublisherEntry.of_claims(claims)
            for index in self._indexes.all:
                for project in self.projects:
                    self._add(index, project, entry)

    def add_projects(self, names: Iterable[str], claims: dict[str, Any] | None) -> None:
        """Register for further projects too, whose names are known from built files."""
        new = [name for name in dict.fromkeys(map(normalized, names)) if name not in self.projects]
        self.projects += new
        for index in self._indexes.all:
            for project in new:
                for entry in self.stated or ():
                    if entry.site in {"", index.site.name}:
                        self._add(index, project, entry)
        if claims is not None:
            self.register(claims)

    def _add(self, index: FakePyPI, project: str, entry: PublisherEntry) -> None:
        key = (index.site.name, project, entry)
        if key in self._registered:
            return
        self._registered.add(key)
        # One pending publisher can create one project: with several, each exists already.
        if len(self.projects) > 1 and index.project(project) is None:
            index.add_project(project)
        index.add_github_publisher(
            project,
            owner=entry.owner,
            repository=entry.repository,
            workflow=entry.workflow,
            environment=entry.environment,
            pending=index.project(project) is None,
        )
