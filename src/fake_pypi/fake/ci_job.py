"""What a CI job looks like from inside: the claims of its identity token, and the variables that it sees.

https://docs.github.com/en/actions/reference/security/oidc · https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from fake_pypi.index.look_ups import number_of


def github_claims(
    *,
    repository: str,
    workflow: str,
    environment: str = "",
    ref: str = "refs/tags/v1.0.0",
    sha: str = "",
    event_name: str = "push",
    owner_id: str = "",
    reusable_workflow: str = "",
) -> dict[str, Any]:
    """Return the claims of a GitHub Actions job, as "octo/demo" with its file "release.yml" at a ref.

    `reusable_workflow` is the called workflow, as "octo/shared/.github/workflows/publish.yml@refs/heads/main".

    >>> github_claims(repository="octo/demo", workflow="release.yml")["sub"]
    'repo:octo/demo:ref:refs/tags/v1.0.0'
    """
    owner = repository.partition("/")[0]
    caller = f"{repository}/.github/workflows/{workflow}@{ref}"
    commit = sha or hashlib.sha256(f"{repository}@{ref}".encode()).hexdigest()[:40]
    claims = {
        "sub": f"repo:{repository}:{f'environment:{environment}' if environment else f'ref:{ref}'}",
        "repository": repository,
        "repository_owner": owner,
        "repository_owner_id": owner_id or number_of(owner),
        "repository_id": number_of(repository),
        "repository_visibility": "public",
        "ref": ref,
        "ref_type": _ref_type(ref),
        "sha": commit,
        "workflow": workflow,
        "workflow_ref": caller,
        "workflow_sha": commit,
        "job_workflow_ref": reusable_workflow or caller,
        "job_workflow_sha": commit,
        "event_name": event_name,
        "actor": owner,
        "actor_id": owner_id or number_of(owner),
        "run_id": "1",
        "run_number": "1",
        "run_attempt": "1",
        "head_ref": "",
        "base_ref": "",
        "runner_environment": "github-hosted",
    }
    return {**claims, "environment": environment} if environment else claims


def github_variables(claims: dict[str, Any], *, request_url: str, request_token: str) -> dict[str, str]:
    """Return the environment of the job with those claims, which can request identity tokens at the URL."""
    named = {
        "GITHUB_REPOSITORY": "repository",
        "GITHUB_REPOSITORY_ID": "repository_id",
        "GITHUB_REPOSITORY_OWNER": "repository_owner",
        "GITHUB_REPOSITORY_OWNER_ID": "repository_owner_id",
        "GITHUB_REF": "ref",
        "GITHUB_REF_TYPE": "ref_type",
        "GITHUB_SHA": "sha",
        "GITHUB_WORKFLOW": "workflow",
        "GITHUB_WORKFLOW_REF": "workflow_ref",
        "GITHUB_WORKFLOW_SHA": "workflow_sha",
        "GITHUB_EVENT_NAME": "event_name",
        "GITHUB_ACTOR": "actor",
        "GITHUB_ACTOR_ID": "actor_id",
        "GITHUB_RUN_ID": "run_id",
        "GITHUB_RUN_NUMBER": "run_number",
        "GITHUB_RUN_ATTEMPT": "run_attempt",
    }
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REF_NAME": str(claims.get("ref", "")).partition("/")[2].partition("/")[2],
        **{variable: str(claims[claim]) for variable, claim in named.items() if claims.get(claim) is not None},
        "ACTIONS_ID_TOKEN_REQUEST_URL": request_url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": request_token,
    }


def github_files(folder: Path) -> dict[str, str]:
    """Make the files that steps of a job write to, as `GITHUB_STEP_SUMMARY`; return the variables that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"GITHUB_{name}": folder / name.lower() for name in ("STEP_SUMMARY", "OUTPUT", "ENV", "PATH", "STATE")}
    for file in files.values():
        file.touch()
    return {"RUNNER_TEMP": str(folder), **{variable: str(file) for variable, file in files.items()}}


def gitlab_claims(
    *,
    project: str,
    workflow: str = ".gitlab-ci.yml",
    environment: str = "",
    ref: str = "refs/tags/v1.0.0",
    sha: str = "",
    host: str = "gitlab.com",
) -> dict[str, Any]:
    """Return the claims of a GitLab CI/CD job of a project, as "group/demo".

    >>> gitlab_claims(project="group/demo")["ci_config_ref_uri"]
    'gitlab.com/group/demo//.gitlab-ci.yml@refs/tags/v1.0.0'
    """
    name = ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    claims = {
        "sub": f"project_path:{project}:ref_type:{_ref_type(ref)}:ref:{name}",
        "project_path": project,
        "project_id": number_of(project),
        "namespace_path": project.rpartition("/")[0],
        "namespace_id": number_of(project.rpartition("/")[0]),
        "ci_config_ref_uri": f"{host}/{project}//{workflow}@{ref}",
        "ref": name,
        "ref_type": _ref_type(ref),
        "ref_path": ref,
        "sha": sha or hashlib.sha256(f"{project}@{ref}".encode()).hexdigest()[:40],
        "pipeline_source": "push",
        "runner_environment": "gitlab-hosted",
    }
    return {**claims, "environment": environment} if environment else claims


def gitlab_variables(claims: dict[str, Any], id_tokens: dict[str, str]) -> dict[str, str]:
    """Return the environment of the job: GitLab hands tokens over as variables, as `PYPI_ID_TOKEN`."""
    return {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PROJECT_PATH": str(claims["project_path"]),
        "CI_COMMIT_SHA": str(claims["sha"]),
        "CI_COMMIT_REF_NAME": str(claims["ref"]),
        **({"CI_COMMIT_TAG": str(claims["ref"])} if claims["ref_type"] == "tag" else {}),
        **{f"{audience.upper()}_ID_TOKEN": token for audience, token in id_tokens.items()},
    }


def _ref_type(ref: str) -> str:
    return "tag" if ref.startswith("refs/tags/") else "branch"
