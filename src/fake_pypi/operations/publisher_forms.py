"""The forms that register trusted publishers: what PyPI checks, in its order and with its messages.

https://github.com/pypi/warehouse/tree/6b62157/warehouse/oidc/forms
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.index.look_ups import GitHubOwner
from fake_pypi.index.publishers import GITLAB
from fake_pypi.operations.account_forms import REQUIRED, FormErrors

if TYPE_CHECKING:
    from fake_pypi.index import Index

NOT_REGISTERED = "The trusted publisher could not be registered"
FIELDS = {
    "github": ("owner", "repository", "workflow_filename", "environment"),
    "gitlab": ("namespace", "project", "workflow_filepath", "environment", "issuer_url"),
    "google": ("email", "sub"),
    "activestate": ("organization", "project", "actor"),
}
"""The fields of the form for each kind. PyPI tells the forms of a page apart by them: each has to be there."""

GITHUB_OWNER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*")
GITHUB_REPOSITORY = re.compile(r"[a-zA-Z0-9-_.]+")
GITHUB_PROBLEMS = {
    "unknown": "Unknown GitHub user or organization.",
    "rate-limited": "GitHub has rate-limited this action. Try again in a few minutes.",
    "error": "Unexpected error from GitHub. Try again.",
    "offline": "Unexpected connection error from GitHub. Try again in a few minutes.",
    "timeout": "Unexpected timeout from GitHub. Try again in a few minutes.",
}
LONGEST_ENVIRONMENT = 255
NOT_IN_ENVIRONMENT = re.compile(r"[\x00-\x1f\x7f'\"`,;\\]")
GITLAB_NAMESPACE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-_./+]*[a-zA-Z0-9]")
GITLAB_PROJECT = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*[a-zA-Z0-9]")
GITLAB_ENVIRONMENT = re.compile(r"[a-zA-Z0-9\-_/${} ]+")
CONSECUTIVE = re.compile(r"[._-]{2}")
ACTIVESTATE_NAME = re.compile(r"[a-zA-Z0-9-]{3,40}")
ACTIVESTATE_ACTOR = re.compile(r"[a-zA-Z0-9-]{1,40}")
ACTIVESTATE_PROJECT = re.compile(r"[.a-zA-Z0-9-]{3,40}")

Values = Mapping[str, str]


@dataclass(frozen=True)
class Registration:
    """A form without errors: the facts of the publisher as the index stores them, and another issuer than usual."""

    kind: str
    facts: dict[str, str]
    issuer: str | None = None


def check(index: Index, kind: str, values: Values, **earlier: list[str]) -> Registration | FormErrors:
    """Check the form for a kind of publisher; `earlier` are the messages about its other fields."""
    errors, registration = CHECKS[kind](index, values)
    fields = {name: tuple(texts) for name, texts in {**earlier, **errors}.items() if texts}
    return FormErrors(fields, NOT_REGISTERED) if fields or registration is None else registration


Checked = tuple[dict[str, list[str]], Registration | None]


def _check_github(index: Index, values: Values) -> Checked:
    name, repository = values["owner"], values["repository"]
    workflow, environment = values["workflow_filename"], values["environment"]
    owner = _github_owner(index, name)
    errors = {
        "owner": [] if isinstance(owner, GitHubOwner) else [owner],
        "repository": _matching(repository, GITHUB_REPOSITORY, "Specify repository name", "Invalid repository name"),
        "workflow_filename": _github_workflow(workflow),
        "environment": _github_environment(environment),
    }
    if not isinstance(owner, GitHubOwner):
        return errors, None
    facts = {
        "owner": owner.login,
        "owner_id": owner.id,
        "repository": repository,
        "workflow": workflow,
        "environment": environment.lower(),
    }
    return errors, Registration("github", facts)


def _github_owner(index: Index, name: str) -> GitHubOwner | str:
    """Return the owner of that name, or PyPI's message."""
    if not name:
        return "Specify GitHub repository owner (username or organization)"
    if not GITHUB_OWNER.fullmatch(name):
        return "Invalid GitHub user or organization name."
    owner = index.look_ups.github_owner(name)
    return owner if isinstance(owner, GitHubOwner) else GITHUB_PROBLEMS[owner]


def _github_workflow(filename: str) -> list[str]:
    if not filename:
        return ["Specify workflow filename"]
    if not filename.endswith((".yml", ".yaml")):
        return ["Workflow name must end with .yml or .yaml"]
    return ["Workflow filename must be a filename only, without directories"] if "/" in filename else []


def _github_environment(name: str) -> list[str]:
    if not name.strip():
        return []
    if len(name) > LONGEST_ENVIRONMENT:
        return ["Environment name is too long (maximum is 255 characters)"]
    if name.startswith(" "):
        return ["Environment name may not start with whitespace"]
    if name.endswith(" "):
        return ["Environment name may not end with whitespace"]
    if NOT_IN_ENVIRONMENT.search(name):
        characters = '"\'", """, "`", ",", ";", "\\"'
        return [f"Environment name must not contain non-printable characters or the characters {characters}"]
    return []


def _check_gitlab(_index: Index, values: Values) -> Checked:
    namespace, project = values["namespace"], values["project"]
    issuer = values["issuer_url"]
    invalid = "Invalid GitLab username or group/subgroup name."
    needed = "Specify GitLab namespace (username or group/subgroup)"
    errors = {
        "namespace": _gitlab_name(namespace, GITLAB_NAMESPACE, needed, invalid),
        "project": _gitlab_name(project, GITLAB_PROJECT, "Specify project name", "Invalid project name"),
        "workflow_filepath": _gitlab_workflow(values["workflow_filepath"]),
        "environment": _gitlab_environment(values["environment"]),
        "issuer_url": [] if issuer == GITLAB else ["Not a valid choice." if issuer else REQUIRED],
    }
    environment = "" if values["environment"].isspace() else values["environment"]
    workflow = values["workflow_filepath"]
    facts = {"namespace": namespace, "repository": project, "workflow": workflow, "environment": environment}
    return errors, Registration("gitlab", facts)


def _gitlab_name(name: str, pattern: re.Pattern[str], needed: str, invalid: str) -> list[str]:
    if not name:
        return [needed]
    messages = ["Name ends with .git or .atom"] if name.lower().endswith((".git", ".atom")) else []
    if name != name.lower():
        messages.append("Value must be lowercase")
    if not pattern.fullmatch(name):
        messages.append(invalid)
    return [*messages, invalid] if CONSECUTIVE.search(name) else messages


def _gitlab_workflow(path: str) -> list[str]:
    if not path:
        return ["Specify top-level pipeline file path"]
    if not path.endswith((".yml", ".yaml")):
        return ["Top-level pipeline file path must end with .yml or .yaml"]
    return ["Top-level pipeline file path cannot start or end with /"] if path.startswith("/") else []


def _gitlab_environment(name: str) -> list[str]:
    return [] if not name.strip() or GITLAB_ENVIRONMENT.fullmatch(name) else ["Invalid environment name"]


def _check_google(_index: Index, values: Values) -> Checked:
    from email_validator import EmailNotValidError, validate_email

    email, messages = values["email"], []
    if not email:
        messages = [REQUIRED]
    else:
        try:
            validate_email(email, check_deliverability=False)
        except EmailNotValidError:
            messages = ["Invalid email address."]
    return {"email": messages}, Registration("google", {"email": email, "sub": values["sub"]})


def _check_activestate(index: Index, values: Values) -> Checked:
    organization, project, actor = values["organization"], values["project"], values["actor"]
    actor_id = index.look_ups.activestate_actor(actor) if actor else None
    needed, invalid = "Specify ActiveState organization name", "Invalid ActiveState organization name"
    errors = {"organization": _activestate_name(organization, ACTIVESTATE_NAME, needed, invalid)}
    if organization and not index.look_ups.activestate_organization(organization):
        errors["organization"].append("ActiveState organization not found")
    needed, invalid = "Specify ActiveState project name", "Invalid ActiveState project name"
    errors["project"] = _activestate_name(project, ACTIVESTATE_PROJECT, needed, invalid)
    needed, invalid = "Specify the ActiveState actor username", "Invalid ActiveState username"
    errors["actor"] = _activestate_name(actor, ACTIVESTATE_ACTOR, needed, invalid)
    if actor and actor_id is None:
        errors["actor"].append("ActiveState actor not found")
    facts = {"organization": organization, "project": project, "actor": actor, "actor_id": actor_id or ""}
    return errors, Registration("activestate", facts)


def _activestate_name(name: str, pattern: re.Pattern[str], needed: str, invalid: str) -> list[str]:
    messages = _matching(name, pattern, needed, invalid)
    if "--" in name:
        messages.append("Double dashes are not allowed in the name")
    if name.startswith("-") or name.endswith("-"):
        messages.append("Leading or trailing dashes are not allowed in the name")
    return messages


def _matching(text: str, pattern: re.Pattern[str], needed: str, invalid: str) -> list[str]:
    if not text:
        return [needed]
    return [] if pattern.fullmatch(text) else [invalid]


CHECKS: dict[str, Callable[[Index, Values], Checked]] = {
    "github": _check_github,
    "gitlab": _check_gitlab,
    "google": _check_google,
    "activestate": _check_activestate,
}
