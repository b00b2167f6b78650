"""Yank and unyank releases, and change their status and date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.releases import canonical
from fake_pypi.operations.permissions import changes, require_administrator, require_owner
from fake_pypi.operations.project_mail import send_release_unyanked, send_release_yanked
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow, Status
    from fake_pypi.operations.actor import Actor


def yank(index: Index, actor: Actor, project: str, version: str, reason: str = "", *, journal: bool = True) -> None:
    """Yank a release: installers ignore it unless its exact version is wanted.

    Without `journal` only the state changes, as by an edit of PyPI's database.
    """
    row = _changeable(index, actor, project)
    with changes(index, actor):
        index.releases.yank(row, version, reason, actor.name, journal=journal)
        _record(index, actor, row, "yank", version, yanked_reason=reason)
        send_release_yanked(index, actor, row, version, reason)


def unyank(index: Index, actor: Actor, project: str, version: str) -> None:
    """Unyank a release."""
    row = _changeable(index, actor, project)
    with changes(index, actor):
        index.releases.unyank(row, version, actor.name)
        _record(index, actor, row, "unyank", version)
        send_release_unyanked(index, actor, row, version)


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


def _changeable(index: Index, actor: Actor, project: str) -> ProjectRow:
    row = index.projects[project]
    require_owner(index, actor, row)
    return row


def _record(index: Index, actor: Actor, project: ProjectRow, action: str, version: str, **facts: str) -> None:
    """Add what was done with a release to the security history of its project."""
    facts = {"submitted_by": actor.name, "canonical_version": canonical(version), **facts}
    record(index, actor, project, f"project:release:{action}", **facts)
