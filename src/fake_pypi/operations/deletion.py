"""Delete files, releases and projects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index.releases import canonical
from fake_pypi.operations.permissions import changes, require_administrator, require_deletion_allowed, require_owner
from fake_pypi.operations.project_mail import send_file_deleted, send_project_deleted, send_release_deleted
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.operations.actor import Actor
    from fake_pypi.operations.file_storage import FileStorage

DAY = 86_400  # seconds


def delete(
    index: Index,
    actor: Actor,
    project: str | None = None,
    version: str | None = None,
    *,
    filename: str | None = None,
    files: FileStorage,
) -> None:
    """Delete what is named: a file, a release or a project. A `filename` alone is enough.

    What does not exist is `NotFound`, which names what exists; nothing named is `UsageError`.
    """
    if filename is not None:
        delete_file(index, actor, filename, project, files=files)
    elif project is None:
        raise UsageError("nothing was named to delete", "name a project, a release or a filename")
    elif version is None:
        delete_project(index, actor, project, files=files)
    else:
        delete_release(index, actor, project, version, files=files)


def delete_file(index: Index, actor: Actor, filename: str, project: str | None = None, *, files: FileStorage) -> None:
    """Delete one file, whose name cannot be used again. `project` None is the project that has it."""
    owner = _project_with(index, filename) if project is None else index.projects[project]
    _require_deletable(index, actor, owner)
    with changes(index, actor):
        file = index.releases.delete_file(owner, filename, actor.name)
        release = index.releases.by_id(file.release)
        facts = {"submitted_by": actor.name, "canonical_version": release.canonical, "filename": filename}
        record(index, actor, owner, "file:remove", **facts, project_id=owner.id)
        send_file_deleted(index, actor, owner, release.version, filename)
        index.db.on_commit(partial(files.discard, file.path))


def delete_release(index: Index, actor: Actor, project: str, version: str, *, files: FileStorage) -> None:
    """Delete a release with its files, whose names cannot be used again."""
    row = index.projects[project]
    _require_deletable(index, actor, row)
    with changes(index, actor):
        for file in index.releases.delete(row, version, actor.name):
            index.db.on_commit(partial(files.discard, file.path))
        facts = {"submitted_by": actor.name, "canonical_version": canonical(version)}
        record(index, actor, row, "project:release:remove", **facts)
        send_release_deleted(index, actor, row, version)


def delete_project(index: Index, actor: Actor, name: str, *, files: FileStorage) -> None:
    """Delete a project with its releases. Its name can be registered again, the names of its files cannot be used."""
    project = index.projects[name]
    _require_deletable(index, actor, project)
    with changes(index, actor):
        for file in index.releases.delete_all(project):
            index.db.on_commit(partial(files.discard, file.path))
        send_project_deleted(index, actor, project)
        index.projects.delete(name, actor.name)


def prune(index: Index, actor: Actor, *, older_than: float, files: FileStorage) -> list[str]:
    """Delete the releases that are older than that many days, as TestPyPI does at times; return what was deleted."""
    require_administrator(actor)
    latest = index.clock.timestamp() - older_than * DAY
    deleted: list[str] = []
    with changes(index, actor):
        for project in index.projects.all():
            for release in index.releases.of(project):
                if release.created < latest:
                    delete_release(index, actor, project.name, release.version, files=files)
                    deleted.append(f"{project.name} {release.version}")
    return deleted


def _require_deletable(index: Index, actor: Actor, project: ProjectRow) -> None:
    require_owner(index, actor, project)
    require_deletion_allowed(index, actor)


def _project_with(index: Index, filename: str) -> ProjectRow:
    file = index.releases.file(filename)
    project = None if file is None else index.projects.by_id(file.project)
    if project is None:
        raise NotFound("file", filename, index.releases.filenames())
    return project
