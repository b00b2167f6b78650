"""Jobs of a fake CI: their claims and variables, and the identity providers that sign their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.fake.ci_job import github_claims, github_files, github_variables, gitlab_claims, gitlab_variables
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.index.publishers import GITHUB, GITLAB

if TYPE_CHECKING:
    from fake_pypi.web.identity_provider import Issuer
    from fake_pypi.web.instance import Instance

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
    """A fake CI's identity provider: `.token(claims)` signs, `.url` is where jobs get tokens and indexes the keys.

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
        """The provider's real name, as in every token."""
        return self._issuer.issuer

    @property
    def url(self) -> str:
        """Its address on this machine, below the index's own address."""
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
        """Let a job with these claims request tokens; return the secret that it sends."""
        return self._issuer.add_job(claims)

    def __repr__(self) -> str:
        return f"<IdentityProvider {self.issuer}>"


class FakeCI:
    """The CI whose jobs an index can trust. `index_url` is the address of the index's socket."""

    def __init__(self, instance: Instance, index_url: str) -> None:
        self._instance = instance
        self._index_url = index_url

    def identity_provider(self, issuer: str = GITHUB) -> IdentityProvider:
        """Return the fake CI's identity provider, by its real name."""
        return IdentityProvider(self._instance.identity_provider(issuer), self._index_url)

    def github_oidc(self, **claims: Any) -> dict[str, str]:
        """Return the environment of a GitHub Actions job that can request an identity token.

        pypi.github_oidc(repository="octo/demo", workflow="release.yml", environment="pypi", ref="refs/tags/v1")

        Claims that are not given are those of the GitHub publisher that was registered last. Any claim of the token
        can be given, also a wrong one: `github_oidc(repository_owner_id="1")`.
        """
        known = {**self._registered(GITHUB), **claims}
        job_claims = github_claims(**{name: known[name] for name in GITHUB_FACTS if name in known})
        job_claims.update({name: value for name, value in claims.items() if name not in NO_CLAIMS})
        provider = self.identity_provider(GITHUB)
        url = f"{provider.url}/token?api-version=2.0"
        variables = github_variables(job_claims, request_url=url, request_token=provider.add_job(job_claims))
        return {**variables, **github_files(self._instance.folder / "ci")}

    def gitlab_oidc(self, issuer: str = GITLAB, **claims: Any) -> dict[str, str]:
        """Return the environment of a GitLab CI/CD job with its identity tokens (`PYPI_ID_TOKEN`, …).

        pypi.gitlab_oidc(project="group/demo", workflow=".gitlab-ci.yml", ref="refs/tags/v1")
        """
        known = {**self._registered(issuer), **claims}
        facts = {name: known[name] for name in GITLAB_FACTS if name in known}
        job_claims = gitlab_claims(host=issuer.partition("://")[2], **facts)
        job_claims.update({name: value for name, value in claims.items() if name not in GITLAB_FACTS})
        provider = self.identity_provider(issuer)
        tokens = {audience: provider.token({**job_claims, "aud": audience}) for audience in ("pypi", "testpypi")}
        return gitlab_variables(job_claims, tokens)

    def _registered(self, issuer: str) -> dict[str, str]:
        """Return the job that the last publisher registered for an issuer trusts."""
        publishers = self._instance.index.publishers
        known = [publisher.facts for publisher in publishers.all(issuer)]
        known += [publisher.facts for publisher in publishers.pending(issuer)]
        if not known:
            return {}
        facts = known[-1]
        named = {"workflow": facts["workflow"], "environment": facts["environment"]}
        if "owner" in facts:
            repository = f"{facts['owner']}/{facts['repository']}"
            return {**named, "repository": repository, "owner_id": facts["owner_id"]}
        return {**named, "project": f"{facts['namespace']}/{facts['repository']}"}
