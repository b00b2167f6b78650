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
        """Project path (in any case) and pipeline file must fit; one for the job's environment goes before others."""
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
        """Return what the publisher expects of each claim."""
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
        """Only the project counts, without regard to case."""
        return subject_of(claims, 2) == f"project_path:{facts['namespace']}/{facts['repository']}".lower()

    def check_project_path(self, facts: Facts, claims: Claims) -> bool:
        """Case does not count."""
        return text_of(claims, "project_path").lower() == f"{facts['namespace']}/{facts['repository']}".lower()

    def check_ci_config_ref_uri(self, facts: Facts, claims: Claims) -> bool:
        """The pipeline file at the job's ref or commit."""
        refs = (claims.get("ref_path"), claims.get("sha"))
        if not all(refs):
            raise Mismatch("The ref_path and sha claims are empty")
        file = self.expected(facts, claims)["ci_config_ref_uri"].rpartition("@")[0]
        return is_at_ref(file, claims, "ci_config_ref_uri", refs)

    def check_environment(self, facts: Facts, claims: Claims) -> bool:
        """Wanted only where one was registered."""
        return not facts["environment"] or facts["environment"] == environment_of(claims)

    def identity(self, facts: Facts) -> dict[str, str | None]:
        """Return the publisher as provenance names it."""
        return {
            "environment": facts["environment"] or None,
            "kind": self.title,
            "repository": f"{facts['namespace']}/{facts['repository']}",
            "workflow_filepath": facts["workflow"],
        }

    def remembered(self, claims: Claims) -> Claims:
        """Return the claims that are kept with the token."""
        return {"ref_path": claims.get("ref_path"), "sha": claims.get("sha")}
