"""Endpoints about trusted publishers, and the CI jobs that they trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.fake.control.account_endpoints import SITE
from fake_pypi.fake.control.pairs import index_of
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.index.publishers import GITHUB, GITLAB, ISSUERS, PendingPublisher, Publisher
from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import Name, Text

ENDPOINTS = EndpointTable()


@dataclass(frozen=True)
class PublisherSummary:
    """A trusted publisher. `facts` are the fields of its registration, `projects` the names of its projects."""

    id: str
    kind: str
    issuer: str
    facts: Mapping[str, str]
    projects: list[str]
    pending: bool


@dataclass(frozen=True)
class JobVariables:
    """The environment variables of a CI job."""

    variables: dict[str, str]


@dataclass(frozen=True)
class IdentityToken:
    """An identity token (JWT) that a CI has signed."""

    token: str


def _summary(pypi: FakePyPI, publisher: Publisher | PendingPublisher) -> PublisherSummary:
    if isinstance(publisher, PendingPublisher):
        names, pending = [publisher.project_name], True
    else:
        rows = [pypi.index.projects.by_id(project) for project in publisher.projects]
        names, pending = [row.name for row in rows if row is not None], False
    return PublisherSummary(publisher.id, publisher.kind, publisher.issuer, publisher.facts, names, pending)


def _all(pypi: FakePyPI) -> list[Publisher | PendingPublisher]:
    stored = pypi.index.publishers
    issuers = {*ISSUERS.values(), *stored.issuers()}
    found: list[Publisher | PendingPublisher] = []
    for issuer in sorted(issuers):
        found += [*stored.all(issuer), *stored.pending(issuer)]
    return found


@ENDPOINTS.add("GET", f"{SITE}/publishers", subject=index_of)
def list_publishers(pypi: FakePyPI) -> list[PublisherSummary]:
    """List the trusted publishers, pending ones too."""
    return [_summary(pypi, publisher) for publisher in _all(pypi)]


@ENDPOINTS.add("POST", f"{SITE}/publishers/github", subject=index_of, status=201)
def add_github_publisher(
    pypi: FakePyPI,
    *,
    project: Name,
    owner: Text,
    repository: Text,
    workflow: Text,
    environment: str = "",
    owner_id: Text | None = None,
    pending: bool = False,
    user: str | None = None,
) -> PublisherSummary:
    """Trust a workflow file of a repository on GitHub.

    With `pending` the project need not exist: the publisher's first use creates it, in the name of `user`.
    """
    facts = {"owner": owner, "repository": repository, "workflow": workflow, "environment": environment}
    added = pypi.publishers.add_github(project, **facts, owner_id=owner_id, pending=pending, user=user)
    return _summary(pypi, added)


@ENDPOINTS.add("POST", f"{SITE}/publishers/gitlab", subject=index_of, status=201)
def add_gitlab_publisher(
    pypi: FakePyPI,
    *,
    project: Name,
    namespace: Text,
    repository: Text,
    workflow: Text = ".gitlab-ci.yml",
    environment: str = "",
    issuer: Text = GITLAB,
    pending: bool = False,
    user: str | None = None,
) -> PublisherSummary:
    """Trust a pipeline file of a project on GitLab; `issuer` is another address for a self-managed GitLab."""
    facts = {"namespace": namespace, "repository": repository, "workflow": workflow, "environment": environment}
    added = pypi.publishers.add_gitlab(project, **facts, issuer=issuer, pending=pending, user=user)
    return _summary(pypi, added)


@ENDPOINTS.add("POST", f"{SITE}/publishers/google", subject=index_of, status=201)
def add_google_publisher(
    pypi: FakePyPI,
    *,
    project: Name,
    email: Text,
    subject: str = "",
    pending: bool = False,
    user: str | None = None,
) -> PublisherSummary:
    """Trust a service account of Google Cloud."""
    added = pypi.publishers.add_google(project, email=email, subject=subject, pending=pending, user=user)
    return _summary(pypi, added)


@ENDPOINTS.add("POST", f"{SITE}/publishers/activestate", subject=index_of, status=201)
def add_activestate_publisher(
    pypi: FakePyPI,
    *,
    project: Name,
    organization: Text,
    activestate_project: Text,
    actor: Text,
    actor_id: str = "",
    pending: bool = False,
    user: str | None = None,
) -> PublisherSummary:
    """Trust the builds that a user makes in a project of an organization on ActiveState."""
    facts = {"organization": organization, "activestate_project": activestate_project, "actor": actor}
    added = pypi.publishers.add_activestate(project, **facts, actor_id=actor_id, pending=pending, user=user)
    return _summary(pypi, added)


@ENDPOINTS.add("DELETE", f"{SITE}/publishers/{{publisher}}", subject=index_of, status=204)
def remove_publisher(pypi: FakePyPI, *, publisher: str, project: str | None = None) -> None:
    """Remove a trusted publisher from a project, by its id; `project` may be left out if it has one project only."""
    known = {each.id: each for each in _all(pypi)}
    if publisher not in known:
        raise NotFound("publisher", publisher, known)
    projects = _summary(pypi, known[publisher]).projects
    if project is None and len(projects) != 1:
        raise UsageError("the publisher has several projects", f"name one of {', '.join(projects)}")
    pypi.remove_publisher(project or projects[0], known[publisher])


@ENDPOINTS.add("POST", f"{SITE}/jobs/{{kind}}", subject=index_of, status=201)
def start_job(
    pypi: FakePyPI, *, kind: Literal["github", "gitlab"], claims: dict[str, Any] | None = None
) -> JobVariables:
    """Return the environment variables of a CI job that publishes without a token.

    `claims` such as `{"repository": "octo/demo", "workflow": "release.yml"}` replace those of the publisher that was
    registered last.
    """
    start = {"github": pypi.github_oidc, "gitlab": pypi.gitlab_oidc}[kind]
    try:
        return JobVariables(start(**(claims or {})))
    except (TypeError, AttributeError, KeyError) as error:
        raise UsageError(f"the claims cannot be used ({error})", "give texts, as repository and workflow") from None


@ENDPOINTS.add("POST", f"{SITE}/identity-tokens", subject=index_of, status=201)
def sign_identity_token(pypi: FakePyPI, *, claims: dict[str, Any], issuer: Text = GITHUB) -> IdentityToken:
    """Sign an identity token with the key of a CI's identity provider. Issuer and times are added where missing."""
    return IdentityToken(pypi.identity_provider(issuer).token(claims))
