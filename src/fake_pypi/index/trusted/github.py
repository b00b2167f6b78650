"""GitHub Actions as a trusted publisher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

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


class GitHub(Kind):
    """A workflow file in a repository on GitHub, perhaps in one environment."""

    title = "GitHub"
    flag = "disallow-github-oidc"
    required: ClassVar[tuple[str, ...]] = (
        "sub",
        "repository",
        "repository_owner",
        "repository_owner_id",
        "job_workflow_ref",
        "jti",
        "event_name",
    )
    optional: ClassVar[tuple[str, ...]] = ("environment",)
    missed: ClassVar[tuple[str, ...]] = (
        "repository",
        "sub",
        "ref",
        "repository_owner",
        "repository_owner_id",
        "jti",
        "sha",
        "job_workflow_ref",
        "event_name",
    )
    exact: ClassVar[tuple[str, ...]] = ("repository",)

    def lookup(self, registered: Sequence[Facts], claims: Claims) -> Facts:
        """Compare repository, owner id and workflow file; a publisher for the job's environment is preferred."""
        repository = text_of(claims, "repository")
        workflow = workflow_in(r"[^/]+\.(?:yml|yaml)(?=@)", claims, "job_workflow_ref")
        if "/" not in repository or not isinstance(claims["repository_owner_id"], str):
            raise PyPIFails
        if not workflow:
            raise Mismatch("Could not job extract workflow filename from OIDC claims")
        wanted = (repository, claims["repository_owner_id"], workflow)
        fitting = [
            facts
            for facts in registered
            if (f"{facts['owner']}/{facts['repository']}", facts["owner_id"], facts["workflow"]) == wanted
        ]
        return for_environment(fitting, environment_of(claims).lower())

    def expected(self, facts: Facts, claims: Claims) -> dict[str, str]:
        """Return the expected value of each claim."""
        repository = f"{facts['owner']}/{facts['repository']}"
        ref = claims.get("ref") or claims.get("sha") or "REF"
        return {
            "sub": f"repo:{repository}:…",
            "repository": repository,
            "repository_owner": facts["owner"],
            "repository_owner_id": facts["owner_id"],
            "job_workflow_ref": f"{repository}/.github/workflows/{facts['workflow']}@{ref}",
            "event_name": "any event but pull_request_target",
            "environment": facts["environment"] or "(any or none)",
        }

    def check_sub(self, facts: Facts, claims: Claims) -> bool:
        """Compare the repository in it, ignoring case."""
        return subject_of(claims, 2) == f"repo:{facts['owner']}/{facts['repository']}".lower()

    def check_repository(self, facts: Facts, claims: Claims) -> bool:
        """Compare the repository, ignoring case; the lookup does not ignore it."""
        return text_of(claims, "repository").lower() == f"{facts['owner']}/{facts['repository']}".lower()

    def check_job_workflow_ref(self, facts: Facts, claims: Claims) -> bool:
        """Compare the workflow file and the job's ref or commit; a reusable workflow of another repository fails."""
        file = f"{facts['owner']}/{facts['repository']}/.github/workflows/{facts['workflow']}"
        return is_at_ref(file, claims, "job_workflow_ref", [claims.get("ref"), claims.get("sha")])

    def check_event_name(self, facts: Facts, claims: Claims) -> bool:
        """Reject `pull_request_target`, which runs code of forks with the rights of the repository."""
        if claims["event_name"] == "pull_request_target":
            raise Mismatch("Publishing from a workflow invoked via 'pull_request_target' is not supported.")
        return True

    def check_environment(self, facts: Facts, claims: Claims) -> bool:
        """Compare the environment, ignoring case, if one was registered."""
        return not facts["environment"] or facts["environment"].lower() == environment_of(claims).lower()

    def identity(self, facts: Facts) -> dict[str, str | None]:
        """Return the publisher as in provenance."""
        return {
            "environment": facts["environment"] or None,
            "kind": self.title,
            "repository": f"{facts['owner']}/{facts['repository']}",
            "workflow": facts["workflow"],
        }

    def specifier(self, facts: Facts) -> str:
        """Return the file name of the workflow."""
        return facts["workflow"]

    def url(self, facts: Facts, issuer: str) -> str:
        """Return the address of the repository."""
        return f"https://github.com/{facts['owner']}/{facts['repository']}"

    def remembered(self, claims: Claims) -> Claims:
        """Return the claims that are stored with the token."""
        return {"ref": claims.get("ref"), "sha": claims.get("sha")}
