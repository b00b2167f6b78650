"""What is left to do on the real site before a release can be published as it was rehearsed.

The labels of the forms are those of PyPI.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from fake_pypi.index.publishers import GITLAB
from fake_pypi.report.report_content import FormEntry, IndexReport, PublisherReport, RemainingTask

FORMS = {
    "github": {
        "owner": "Owner",
        "repository": "Repository name",
        "workflow": "Workflow name",
        "environment": "Environment name",
    },
    "gitlab": {
        "namespace": "Namespace",
        "repository": "Project name",
        "workflow": "Top-level pipeline file path",
        "environment": "Environment name",
    },
    "google": {"email": "Email", "sub": "Subject"},
    "activestate": {"organization": "Organization", "project": "Project name", "actor": "Actor Username"},
}
"""The labels of the fields in the forms for trusted publishers, by kind and by the name of the fact."""
TITLES = {"github": "GitHub", "gitlab": "GitLab", "google": "Google", "activestate": "ActiveState"}
EMPTY = "(leave empty)"


def publisher_entries(kind: str, facts: Mapping[str, str], issuer: str = "") -> tuple[FormEntry, ...]:
    """Return what to enter in the form for a trusted publisher; a field without a value is left empty.

    >>> publisher_entries("google", {"email": "bot@example.com", "sub": ""})[1].value
    '(leave empty)'
    """
    entries = [FormEntry(label, facts.get(name) or EMPTY) for name, label in FORMS[kind].items()]
    if kind == "gitlab" and issuer not in {"", GITLAB}:
        entries.append(FormEntry("Issuer", issuer))
    return tuple(entries)


def tasks_of_publishers(indexes: Iterable[IndexReport]) -> tuple[RemainingTask, ...]:
    """Return the tasks for the trusted publishers of the indexes that were used, each once."""
    tasks = [
        task
        for index in indexes
        if index.request_count
        for publisher in index.publishers
        for project in publisher.projects
        for task in publisher_tasks(project, publisher, site=index.title, host=index.host)
    ]
    return tuple(dict.fromkeys(tasks))


def publisher_tasks(project: str, publisher: PublisherReport, *, site: str, host: str) -> tuple[RemainingTask, ...]:
    """Return the tasks for a trusted publisher of a project: register it, and create its environment.

    `site` and `host` are the title and the host name of the real index.
    """
    kind = TITLES[publisher.kind]
    name = FormEntry(f"{site} Project Name", project)
    register = RemainingTask(
        title=f"Register the {kind} publisher of {project} on {site}",
        explanation=(
            f"If {project} does not exist on {site} yet, register it as a pending publisher at the address below, in "
            "the form for its kind. If it exists, enter the same values (without the project name) at "
            f"https://{host}/manage/project/{quote(project)}/settings/publishing/. A pending publisher does not "
            "reserve the name: anybody may register it until the first upload."
        ),
        address=f"https://{host}/manage/account/publishing/",
        entries=(name, *publisher.entries),
    )
    return register, *_environment_task(publisher)


def _environment_task(publisher: PublisherReport) -> tuple[RemainingTask, ...]:
    values = {entry.label: entry.value for entry in publisher.entries}
    environment = values.get("Environment name", EMPTY)
    if environment == EMPTY or publisher.kind not in {"github", "gitlab"}:
        return ()
    if publisher.kind == "github":
        owner, repository = values["Owner"], values["Repository name"]
        is_known = not (owner + repository).count("(")
        address = f"https://github.com/{owner}/{repository}/settings/environments" if is_known else ""
        explanation = (
            "In the settings of the repository. Required reviewers, and a rule for the tags that may deploy, keep "
            "others from publishing. Without the environment GitHub creates one without protection."
        )
    else:
        address = ""
        explanation = "In the GitLab project: Operate, Environments. Protect it, and the tags that publish."
    return (RemainingTask(f"Create the environment {environment}", explanation, address),)


def name_task(project: str, *, site: str, host: str) -> RemainingTask:
    """Return the task to find out whether a name can be used."""
    return RemainingTask(
        title=f"Check that the name {project} is free on {site}, or yours",
        explanation=(
            "A page that does not exist is no promise: similar and reserved names are rejected at the first upload. "
            "The first upload reserves the name."
        ),
        address=f"https://{host}/project/{quote(project)}/",
    )


def token_task(project: str, *, site: str, host: str, secrets: Iterable[str] = ()) -> RemainingTask:
    """Return the task to create API tokens; `secrets` are the names under which a CI job reads them."""
    stored = [FormEntry("Store it as the secret", name) for name in secrets]
    return RemainingTask(
        title=f"Create an API token for {project} on {site}",
        explanation=(
            f"If {project} does not exist on {site} yet, the first upload needs a token for the entire account. "
            "Replace it by a token for this project afterwards, and remove the first one. With a trusted publisher "
            "no token is needed."
        ),
        address=f"https://{host}/manage/account/token/",
        entries=(
            FormEntry("Scope, first upload", "Entire account (all projects)"),
            FormEntry("Scope, later", f"Project: {project}"),
            *stored,
        ),
    )
