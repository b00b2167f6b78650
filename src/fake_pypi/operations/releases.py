"""Yank and delete releases, and delete files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fake_pypi.errors import NotFound
from fake_pypi.operations.permissions import changes, require_administrator, require_deletion_allowed, require_owner

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow, Status
    from fake_pypi.operations.actor import Actor
    from fake_pypi.operations.file_storage import FileStorage

DAY = 86_400  # seconds


def yank(index: Index, actor: Actor, project: str, version: str, reason: str = "", *, journal: bool = True) -> None:
    """Yank a release: installers ignore it unless its exact version is wanted.

    Without `journal` only the state changes, as by an edit of PyPI's database.
    """
    row = _changeable(index, actor, project)
    with changes(index, actor):
        index.releases.yank(row, version, reason, actor.name, journal=journal)


def unyank(index: Index, actor: Actor, project: str, version: str) -> None:
    """Unyank a release."""
    row = _changeable(index, actor, project)
    with changes(index, actor):
        index.releases.unyank(row, version, actor.name)


def set_status(index: Index, actor: Actor, project: str, version: str, status: Status, *, journal: bool = True) -> None:
    """Archive, quarantine or re-activate one release; `journal` as for `yank`."""
    require_administrator(actor)
    with changes(index, actor):
        index.releases.set_status(index.projects[project], version, status, actor.name, journal=journal)


def backdate(index: Index, actor: Actor, project: str, version: str, *, days: float) -> None:
    """Set the creation of a release back by some days; nothing else changes."""
    require_administrator(actor)
    with changes(index, actor):
        index.releases.make_older(index.projects[project], version, days)


def delete(index: Index, actor: Actor, project: str, version: str, *, files: FileStorage) -> None:
    """Delete a release with its files, whose names cannot be used again."""
    row = _changeable(index, actor, project)
    require_deletion_allowed(index, actor)
    with changes(index, actor):
        for file in index.releases.delete(row, version, actor.name):
            index.db.on_commit(partial(files.discard, file.path))


def delete_file(index: Index, actor: Actor, filename: str, project: str | None = None, *, files: FileStorage) -> None:
    """Delete one file, whose name cannot be used again. `project` None is the project that has it."""
    owner = index.projects[project] if project is not None else _project_with(index, filename)
    require_owner(index, actor, owner)
    require_deletion_allowed(index, actor)
    with changes(index, actor):
        file = index.releases.delete_file(owner, filename, actor.name)
        index.db.on_commit(partial(files.discard, file.path))


def prune(index: Index, actor: Actor, *, older_than: float, files: FileStorage) -> list[str]:
    """Delete the releases that are older than that many days, as TestPyPI does at times; return what was deleted."""
    require_administrator(actor)
    latest = index.clock.timestamp() - older_than * DAY
    deleted: list[str] = []
    with changes(index, actor):
        for project in index.projects.all():
            for release in index.releases.of(project):
                if release.created < latest:
                    delete(index, actor, project.name, release.version, files=files)
                    deleted.append(f"{project.name} {release.version}")
    return deleted


def _changeable(index: Index, actor: Actor, project: str) -> ProjectRow:
    row = index.projects[project]
    require_owner(index, actor, row)
    return row


def _project_with(index: Index, filename: str) -> ProjectRow:
    file = index.releases.file(filename)
    project = None if file is None else index.projects.by_id(file.project)
    if project is None:
        raise NotFound("file", filename, index.releases.filenames())
    return project
