"""GitLab CI/CD as a trusted publisher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from fake_pypi.index.publishers import GITLAB
from fake_pypi.index.trusted.kind import (
    Claims,
    Facts,
    Kind,
    Mismatch,
    PyPIFails,
    environment_of,
    for_environment,
    is_at_ref,
    subject_of,
    text_of,
    workflow_in,
)


class GitLab(Kind):
    """A pipeline file in a project on GitLab, perhaps in one environment."""

    title = "GitLab"
    flag = "disallow-gitlab-oidc"
    required: ClassVar[tuple[str, ...]] = ("sub", "project_path", "ci_config_ref_uri", "jti")
    optional: ClassVar[tuple[str, ...]] = ("environment",)
    missed: ClassVar[tuple[str, ...]] = ("project_path", "ci_config_ref_uri", "jti", "sub", "sha", "ref_path")

    def lookup(self, registered: Sequence[Facts], claims: Claims) -> Facts:
        """Compare project path (ignoring case) and pipeline file; one for the job's environment is preferred."""
        path = text_of(claims, "project_path")
        workflow = workflow_in(r"(?<=//).*[^/]\.(?:yml|yaml)(?=@)", claims, "ci_config_ref_uri")
        if "/" not in path:
            raise PyPIFails
        if not workflow:
            raise Mismatch("Could not extract workflow filename from OIDC claims")
        wanted = (path.lower(), workflow)
        fitting = [
            facts
            for facts in registered
            if (f"{facts['namespace']}/{facts['repository']}".lower(), facts["workflow"]) == wanted
        ]
        return for_environment(fitting, environment_of(claims))

    def expected(self, facts: Facts, claims: Claims) -> dict[str, str]:
        """Return the expected value of each claim."""
        path = f"{facts['namespace']}/{facts['repository']}"
        host = urlsplit(str(claims.get("iss") or GITLAB)).netloc
        ref = claims.get("ref_path") or "REF"
        return {
            "sub": f"project_path:{path}:…",
            "project_path": path,
            "ci_config_ref_uri": f"{host}/{path}//{facts['workflow']}@{ref}",
            "environment": facts["environment"] or "(any or none)",
        }

    def check_sub(self, facts: Facts, claims: Claims) -> bool:
        """Compare the project in it, ignoring case."""
        return subject_of(claims, 2) == f"project_path:{facts['namespace']}/{facts['repository']}".lower()

    def check_project_path(self, facts: Facts, claims: Claims) -> bool:
        """Compare the project path, ignoring case."""
        return text_of(claims, "project_path").lower() == f"{facts['namespace']}/{facts['repository']}".lower()

    def check_ci_config_ref_uri(self, facts: Facts, claims: Claims) -> bool:
        """Compare the pipeline file and the job's ref or commit."""
        refs = (claims.get("ref_path"), claims.get("sha"))
        if not all(refs):
            raise Mismatch("The ref_path and sha claims are empty")
        file = self.expected(facts, claims)["ci_config_ref_uri"].rpartition("@")[0]
        return is_at_ref(file, claims, "ci_config_ref_uri", refs)

    def check_environment(self, facts: Facts, claims: Claims) -> bool:
        """Compare the value if one was registered."""
        return not facts["environment"] or facts["environment"] == environment_of(claims)

    def identity(self, facts: Facts) -> dict[str, str | None]:
        """Return the publisher as in provenance."""
        return {
            "environment": facts["environment"] or None,
            "kind": self.title,
            "repository": f"{facts['namespace']}/{facts['repository']}",
            "workflow_filepath": facts["workflow"],
        }

    def specifier(self, facts: Facts) -> str:
        """Return the path of the pipeline file."""
        return facts["workflow"]

    def url(self, facts: Facts, issuer: str) -> str:
        """Return the address of the project."""
        return f"{issuer}/{facts['namespace']}/{facts['repository']}"

    def remembered(self, claims: Claims) -> Claims:
        """Return the claims that are stored with the token."""
        return {"ref_path": claims.get("ref_path"), "sha": claims.get("sha")}
