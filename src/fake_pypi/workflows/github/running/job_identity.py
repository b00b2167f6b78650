"""The identity token of a job: whether it gets one, and the claims in it.

https://docs.github.com/en/actions/reference/security/oidc
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fake_pypi.errors import UsageError
from fake_pypi.fake.ci_job import github_claims
from fake_pypi.workflows.github.workflow import Job, Workflow

LEVELS = ("none", "read", "write")


def job_claims(
    github: Mapping[str, Any], workflow: Workflow, job: Job, environment: str, *, allowed: str | None
) -> dict[str, Any] | None:
    """Return the claims of the identity token of a job; None without the permission `id-token: write`.

    `github` is the context of the run. `allowed` is the level that the caller of a reusable workflow has, None for the
    workflow that the event starts.
    """
    if id_token_level(workflow, job, allowed) != "write":
        return None
    repository, ref = str(github["repository"]), str(github["ref"])
    called = "" if allowed is None else f"{repository}/.github/workflows/{workflow.path.name}@{ref}"
    claims = github_claims(
        repository=repository,
        workflow=str(github["workflow_ref"]).partition("@")[0].rpartition("/")[2],
        environment=environment,
        ref=ref,
        sha=str(github["sha"]),
        event_name=str(github["event_name"]),
        reusable_workflow=called,
    )
    claims.update({name: str(github[name]) for name in ("workflow", "head_ref", "base_ref")})
    if str(github["event_name"]).startswith("pull_request") and not environment:
        claims["sub"] = f"repo:{repository}:pull_request"
    return claims


def id_token_level(workflow: Workflow, job: Job, allowed: str | None) -> str:
    """Return the level of the permission `id-token` of a job, which is "none" where nothing grants it.

    Raises `UsageError` for a job of a reusable workflow that requests more than its caller has.
    """
    permissions = job.permissions or workflow.permissions
    if permissions is None:
        return allowed or "none"
    wanted = permissions.level("id-token")
    if allowed is not None and LEVELS.index(wanted) > LEVELS.index(allowed):
        raise UsageError(
            f"{workflow.file} requests `id-token: {wanted}`, and its caller allows only `id-token: {allowed}`",
            "give the calling job the permission",
        )
    return wanted
