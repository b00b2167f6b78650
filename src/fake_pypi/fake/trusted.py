"""The part of an index's public face that is about trusted publishing: publishers, and the fake CI they trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.fake.ci_job import github_claims, github_files, github_variables, gitlab_claims, gitlab_variables
from fake_pypi.fake.standing import Standing
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.index.publishers import GITHUB, GITLAB

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.web.identity_provider import Issuer


GITHUB_FACTS = (
    "repository",
    "workflow",
    "environment",
    "ref",
    "sha",
    "event_name",
    "owner_id",
    "reusable_workflow",
)
GITLAB_FACTS = ("project", "workflow", "environment", "ref", "sha")
NO_CLAIMS = ("workflow", "owner_id", "reusable_workflow")


class IdentityProvider(FixedAttributes):
    """A fake CI's identity provider: `.token(claims)` signs, `.url` is where jobs ask and find the keys.

    >>> from fake_pypi import FakePyPI
    >>> with FakePyPI() as pypi:
    ...     pypi.identity_provider().token({"aud": "pypi"}).count(".")
    2
    """

    def __init__(self, issuer: Issuer, index_url: str) -> None:
        self._issuer = issuer
        self._index_url = index_url

    @property
    def issuer(self) -> str:
        """The provider's real name, as it stands in every token."""
        return self._issuer.issuer

    @property
    def url(self) -> str:
        """Where it answers on this machine: below the index's own address."""
        from fake_pypi.web.identity_provider import PLACE

        return f"{self._index_url}{PLACE}{self.key_id}"

    @property
    def key(self) -> Any:
        """The private key that it signs with, made for this process."""
        return self._issuer.key

    @property
    def key_id(self) -> str:
        """The public name of the key."""
        return self._issuer.key_id

    def token(
        self,
        claims: dict[str, Any],
        *,
        algorithm: str = "RS256",
        key: Any = None,
        key_id: str | None = "",
        defaults: bool = True,
    ) -> str:
        """Sign claims; `defaults` adds issuer, times and a fresh `jti` where they are missing.

        `algorithm` "none" or "HS256", another `key` and another `key_id` (None: none at all) make tokens that
        no index may accept.
        """
        return self._issuer.token(claims, algorithm=algorithm, key=key, key_id=key_id, defaults=defaults)

    def add_job(self, claims: dict[str, Any]) -> str:
        """Let a job with such claims ask for tokens; return the secret that it asks with."""
        return self._issuer.add_job(claims)

    def __repr__(self) -> str:
        return f"<IdentityProvider {self.issuer}>"


class Trusted(Standing):
    """Trusted publishers, and the fake CI that they trust.

    Wherever `pending` is True the project need not exist: the publisher's first use creates it, in the name of
    `user` (the default user if none is named).
    """

    @property
    def verify_attestations(self) -> bool | None:
        """How closely attestations are looked at: None compares name and digest, False only their shape.

        True checks signatures too, which needs the extra `attestations`; without it that is a `UsageError`.
        """
        return self.index.verify_attestations

    @verify_attestations.setter
    def verify_attestations(self, wanted: bool | None) -> None:
        if wanted:
            from fake_pypi.rules.attestation_signature import require_library

            require_library()
        self.index.verify_attestations = wanted

    def add_github_publisher(
        self,
        project: str,
        *,
        owner: str,
        repository: str,
        workflow: str,
        environment: str = "",
        owner_id: str | None = None,
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust a workflow file, as `owner="octo", repository="demo", workflow="release.yml"`.

        `owner_id` is the number that GitHub knows the owner by; without one it is what `github_oidc` says.
        """
        known = owner_id or github_claims(repository=owner, workflow=workflow)["repository_owner_id"]
        facts = {
            "owner": owner,
            "owner_id": str(known),
            "repository": repository,
            "workflow": workflow,
            "environment": environment.lower(),
        }
        return self._trust("github", project, facts, pending=pending, user=user)

    def add_gitlab_publisher(
        self,
        project: str,
        *,
        namespace: str,
        repository: str,
        workflow: str = ".gitlab-ci.yml",
        environment: str = "",
        issuer: str = GITLAB,
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust a pipeline file of a GitLab project; `issuer` is another address for a self-managed GitLab."""
        facts = {
            "namespace": namespace,
            "repository": repository,
            "workflow": workflow,
            "environment": environment,
        }
        return self._trust("gitlab", project, facts, pending=pending, user=user, issuer=issuer)

    def add_google_publisher(
        self,
        project: str,
        *,
        email: str,
        subject: str = "",
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust a service account of Google Cloud, perhaps under one subject only."""
        facts = {"email": email, "sub": subject}
        return self._trust("google", project, facts, pending=pending, user=user)

    def add_activestate_publisher(
        self,
        project: str,
        *,
        organization: str,
        activestate_project: str,
        actor: str,
        actor_id: str = "",
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust what a person builds in a project of an organization on ActiveState."""
        facts = {
            "organization": organization,
            "project": activestate_project,
            "actor": actor,
            "actor_id": actor_id or actor,
        }
        return self._trust("activestate", project, facts, pending=pending, user=user)

    def remove_publisher(self, project: str, publisher: Publisher) -> None:
        """Trust a publisher with a project no longer; its tokens end with its last project."""
        self.index.publishers.remove(publisher, self.index.projects[project])

    def identity_provider(self, issuer: str = GITHUB) -> IdentityProvider:
        """The fake CI's identity provider, by its real name."""
        return IdentityProvider(self.instance.identity_provider(issuer), self.url)

    def github_oidc(self, **claims: Any) -> dict[str, str]:
        """Return the environment of a GitHub Actions job that may ask for an identity token.

        pypi.github_oidc(repository="octo/demo", workflow="release.yml", environment="pypi", ref="refs/tags/v1")

        What is not said is that of the GitHub publisher registered last. Any claim of the token may be given,
        also to make it wrong: `github_oidc(repository_owner_id="1")`.
        """
        known = {**self._registered(GITHUB), **claims}
        said = github_claims(**{name: known[name] for name in GITHUB_FACTS if name in known})
        said.update({name: value for name, value in claims.items() if name not in NO_CLAIMS})
        provider = self.identity_provider(GITHUB)
        url = f"{provider.url}/token?api-version=2.0"
        variables = github_variables(said, request_url=url, request_token=provider.add_job(said))
        return {**variables, **github_files(self.instance.folder / "ci")}

    def gitlab_oidc(self, issuer: str = GITLAB, **claims: Any) -> dict[str, str]:
        """Return the environment of a GitLab CI/CD job with its identity tokens (`PYPI_ID_TOKEN`, …).

        pypi.gitlab_oidc(project="group/demo", workflow=".gitlab-ci.yml", ref="refs/tags/v1")
        """
        known = {**self._registered(issuer), **claims}
        facts = {name: known[name] for name in GITLAB_FACTS if name in known}
        said = gitlab_claims(host=issuer.partition("://")[2], **facts)
        said.update({name: value for name, value in claims.items() if name not in GITLAB_FACTS})
        provider = self.identity_provider(issuer)
        tokens = {audience: provider.token({**said, "aud": audience}) for audience in ("pypi", "testpypi")}
        return gitlab_variables(said, tokens)

    def _registered(self, issuer: str) -> dict[str, str]:
        """The job that the publisher registered last for an issuer would be."""
        publishers = self.index.publishers
        known = [each.facts for each in publishers.all(issuer)]
        known += [each.facts for each in publishers.pending(issuer)]
        if not known:
            return {}
        facts = known[-1]
        named = {"workflow": facts["workflow"], "environment": facts["environment"]}
        if "owner" in facts:
            repository = f"{facts['owner']}/{facts['repository']}"
            return {**named, "repository": repository, "owner_id": facts["owner_id"]}
        return {**named, "project": f"{facts['namespace']}/{facts['repository']}"}

    def _trust(
        self,
        kind: str,
        project: str,
        facts: dict[str, str],
        *,
        pending: bool,
        user: User | str | None,
        issuer: str | None = None,
    ) -> Publisher | PendingPublisher:
        if pending:
            return self.index.publishers.add_pending(kind, facts, project, self._user(user), issuer)
        if user is not None:
            raise UsageError("only a pending publisher is somebody's", "leave user out, or say pending=True")
        return self.index.publishers.add(kind, facts, self.index.projects[project], issuer)
