"""The contexts `github` and `inputs` of a run, made from an event.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
"""

from __future__ import annotations

import hashlib
from typing import Any

from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.triggers import WorkflowEvent
from fake_pypi.workflows.github.workflow import Workflow

ZEROS = "0" * 40
SERVER = "https://github.com"
CONSTANTS = {
    "actor_id": "1",
    "api_url": "https://api.github.com",
    "graphql_url": "https://api.github.com/graphql",
    "ref_protected": False,
    "repository_id": "1",
    "repository_owner_id": "1",
    "repository_visibility": "public",
    "retention_days": "90",
    "run_attempt": "1",
    "run_id": "1",
    "run_number": "1",
    "server_url": SERVER,
}
"""Values of `github` that are the same for every run here."""


def github_context(
    workflow: Workflow,
    event: WorkflowEvent,
    *,
    repository: str = "octo/demo",
    sha: str = "",
    default_branch: str = "main",
) -> dict[str, Any]:
    """Return the context `github` of a run; `job`, `token`, `workspace` and other values of a job are not in it."""
    commit = sha or hashlib.sha256(f"{repository}@{event.ref}".encode()).hexdigest()[:40]
    owner = repository.partition("/")[0]
    ref = _ref(event)
    is_pull_request = event.name.startswith("pull_request")
    return {
        **CONSTANTS,
        "actor": owner,
        "base_ref": event.base if is_pull_request else "",
        "event": event_payload(workflow, event, repository=repository, sha=commit, default_branch=default_branch),
        "event_name": event.name,
        "head_ref": event.ref_name if is_pull_request else "",
        "ref": ref,
        "ref_name": ref.removeprefix("refs/tags/").removeprefix("refs/heads/").removeprefix("refs/pull/"),
        "ref_type": "tag" if ref.startswith("refs/tags/") else "branch",
        "repository": repository,
        "repository_owner": owner,
        "repositoryUrl": f"git://github.com/{repository}.git",
        "sha": commit,
        "triggering_actor": owner,
        "workflow": workflow.title,
        "workflow_ref": f"{repository}/{workflow.file}@{ref}",
        "workflow_sha": commit,
    }


def _ref(event: WorkflowEvent) -> str:
    if event.name == "pull_request":
        return "refs/pull/1/merge"
    return f"refs/heads/{event.base}" if event.name == "pull_request_target" else event.ref


def event_payload(
    workflow: Workflow, event: WorkflowEvent, *, repository: str, sha: str, default_branch: str
) -> dict[str, Any]:
    """Return `github.event`: what GitHub's webhook of the event has, as far as workflows that publish read it."""
    owner, _, name = repository.partition("/")
    payload: dict[str, Any] = {
        "repository": {
            "name": name,
            "full_name": repository,
            "default_branch": default_branch,
            "fork": False,
            "private": False,
            "html_url": f"{SERVER}/{repository}",
            "owner": {"login": owner},
        },
        "sender": {"login": owner},
    }
    parts = {
        "push": _push,
        "release": _release,
        "create": _create,
        "workflow_dispatch": _dispatch,
        "pull_request": _pull_request,
        "pull_request_target": _pull_request,
        "workflow_run": _workflow_run,
    }
    if event.name in parts:
        payload |= parts[event.name](event, repository, sha, default_branch)
    if event.name == "schedule":
        payload["schedule"] = (
            workflow.triggers["schedule"].filters["cron"][0] if "schedule" in workflow.triggers else ""
        )
    if event.name == "repository_dispatch":
        payload |= {"action": event.activity, "client_payload": {}}
    return payload


def _push(event: WorkflowEvent, repository: str, sha: str, default_branch: str) -> dict[str, Any]:
    commit = {"id": sha, "message": f"Release {event.ref_name}", "url": f"{SERVER}/{repository}/commit/{sha}"}
    return {
        "ref": event.ref,
        "before": ZEROS,
        "after": sha,
        "created": event.is_tag,
        "deleted": False,
        "forced": False,
        "base_ref": f"refs/heads/{default_branch}" if event.is_tag else None,
        "head_commit": commit,
        "commits": [] if event.is_tag else [commit],
    }


def _release(event: WorkflowEvent, repository: str, sha: str, default_branch: str) -> dict[str, Any]:
    url = f"{SERVER}/{repository}/releases/tag/{event.ref_name}"
    release = {
        "tag_name": event.ref_name,
        "name": event.ref_name,
        "target_commitish": default_branch,
        "draft": False,
        "prerelease": event.prerelease,
        "body": "",
        "html_url": url,
        "id": 1,
        "upload_url": f"{url}/assets",
    }
    return {"action": event.activity, "release": release, "after": sha}


def _create(event: WorkflowEvent, repository: str, sha: str, default_branch: str) -> dict[str, Any]:
    del repository, sha
    kind = "tag" if event.is_tag else "branch"
    return {"ref": event.ref_name, "ref_type": kind, "master_branch": default_branch}


def _dispatch(event: WorkflowEvent, repository: str, sha: str, default_branch: str) -> dict[str, Any]:
    del repository, sha, default_branch
    return {"ref": event.ref, "inputs": {name: to_text(value) for name, value in event.inputs.items()}}


def _pull_request(event: WorkflowEvent, repository: str, sha: str, default_branch: str) -> dict[str, Any]:
    del default_branch
    side = {"repo": {"full_name": repository, "fork": False}, "sha": sha}
    pull_request = {
        "number": 1,
        "draft": False,
        "merged": False,
        "title": "",
        "labels": [],
        "head": {**side, "ref": event.ref_name},
        "base": {**side, "ref": event.base},
    }
    return {"action": event.activity, "number": 1, "pull_request": pull_request}


def _workflow_run(event: WorkflowEvent, repository: str, sha: str, default_branch: str) -> dict[str, Any]:
    del repository, default_branch
    run = {
        "name": event.other_workflow,
        "conclusion": "success",
        "status": "completed",
        "event": "push",
        "head_branch": event.ref_name,
        "head_sha": sha,
        "id": 1,
    }
    return {"action": event.activity, "workflow_run": run}
