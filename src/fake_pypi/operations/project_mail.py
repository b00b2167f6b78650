"""The e-mails to everybody with a role in a project, about changes of the project. The subjects are PyPI's.

Changes that a user makes on the web site are announced; those of the site's administrators are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.operations.account_mail import NOT_YOU, send
from fake_pypi.operations.actor import SignedInUser

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.operations.actor import Actor


def send_release_yanked(index: Index, actor: Actor, project: ProjectRow, version: str, reason: str) -> None:
    """Announce that a release was yanked."""
    text = f"{actor.name} has yanked version {version} of the {index.site.title} project {project.name}."
    reasons = (f"The reason: {reason}",) if reason else ()
    _send(index, actor, project, f"A release for {project.name} has been yanked.", text, *reasons, NOT_YOU)


def send_release_unyanked(index: Index, actor: Actor, project: ProjectRow, version: str) -> None:
    """Announce that a release is not yanked any more."""
    text = f"{actor.name} has un-yanked version {version} of the {index.site.title} project {project.name}."
    _send(index, actor, project, f"The {project.name} release {version} has been un-yanked.", text, NOT_YOU)


def send_release_deleted(index: Index, actor: Actor, project: ProjectRow, version: str) -> None:
    """Announce that a release was deleted."""
    text = f"{actor.name} has deleted version {version} of the {index.site.title} project {project.name}."
    _send(index, actor, project, f"A release for {project.name} has been deleted.", text, NOT_YOU)


def send_file_deleted(index: Index, actor: Actor, project: ProjectRow, version: str, filename: str) -> None:
    """Announce that a file was deleted."""
    text = f"{actor.name} has deleted the file {filename} of the {index.site.title} project {project.name}."
    _send(index, actor, project, f"File deleted for {project.name} {version}", text, NOT_YOU)


def send_project_deleted(index: Index, actor: Actor, project: ProjectRow) -> None:
    """Announce that a project will be deleted; its roles still exist."""
    text = f"{actor.name} has deleted the {index.site.title} project {project.name} with its releases."
    _send(index, actor, project, f"The project {project.name} has been deleted.", text, NOT_YOU)


def send_publisher_added(index: Index, actor: Actor, project: ProjectRow, publisher: str) -> None:
    """Announce a trusted publisher; `publisher` describes it, as "GitHub release.yml"."""
    text = f"{actor.name} has added the trusted publisher {publisher} to the {index.site.title} project {project.name}."
    _send(index, actor, project, f"Trusted publisher added to {project.name}", text, NOT_YOU)


def send_publisher_removed(index: Index, actor: Actor, project: ProjectRow, publisher: str) -> None:
    """Announce that a publisher is not trusted any more."""
    text = f"{actor.name} has removed the trusted publisher {publisher} from the project {project.name}."
    _send(index, actor, project, f"Trusted publisher removed from {project.name}", text, NOT_YOU)


def _send(index: Index, actor: Actor, project: ProjectRow, subject: str, *paragraphs: str) -> None:
    if isinstance(actor, SignedInUser):
        for user in _collaborators(index, project):
            send(index, actor, user, subject, *paragraphs)


def _collaborators(index: Index, project: ProjectRow) -> list[User]:
    return [index.accounts[name] for name, _ in index.projects.roles(project)]
