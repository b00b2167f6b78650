"""`/manage/projects/`: the projects of a user, and the invitations to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.index.listing import project_releases
from fake_pypi.index.managed_projects import projects_of
from fake_pypi.operations import invitations
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.web.api.simple import parsed
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import not_found
from fake_pypi.web.routing import READING
from fake_pypi.web.site.form_pages import form_response, management_page, posted, query_of
from fake_pypi.web.site.visitors import see_other

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.listing import ProjectSummary
    from fake_pypi.index.managed_projects import ManagedProject
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

LIST = "/manage/projects/"


@dataclass(frozen=True)
class ListedProject:
    """A project in the list. `released` is when its highest version was created, None without a release.

    `is_owned` is whether the user is an owner, `is_sole_owner` whether the only one. Times are seconds since 1970.
    """

    name: str
    normalized: str
    created: float
    released: float | None
    summary: str
    organization: str | None = None
    is_owned: bool = False
    is_sole_owner: bool = False


@management_page(is_only_read=True)
def own_projects(exchange: Exchange) -> Response:
    """Return the list; the projects with the newest releases come first."""
    index, user = exchange.instance.index, exchange.browser.actor.user
    newest = _newest_releases(project_releases(index.db, user.name))
    active: list[ListedProject] = []
    archived: list[ListedProject] = []
    for project in projects_of(index.db, user.id):
        archives = project.status.startswith("archived")
        (archived if archives else active).append(_listed(project, newest.get(project.normalized)))
    for each in (active, archived):
        each.sort(key=lambda project: -(project.released or project.created))
    return form_response(
        exchange,
        "manage/projects.html",
        "Your projects",
        active=active,
        archived=archived,
        invitations=_open_invitations(index, user.id),
    )


@management_page()
def invitation(exchange: Exchange) -> Response:
    """`/account/verify-project-role/`: show the invitation of a link, and accept or decline it."""
    index, browser = exchange.instance.index, exchange.browser
    form = posted(exchange)
    token = form.get("token") or query_of(exchange).get("token")
    opened = invitations.read(index, browser.actor, token)
    if isinstance(opened, FormErrors):
        browser.flash(opened.flash, "error")
        return see_other(exchange, LIST)
    if exchange.method in READING:
        return form_response(
            exchange,
            "manage/invitation.html",
            "Confirm Invite",
            project_name=opened.project.name,
            role=opened.invitation.role,
        )
    if "accept" not in form and "decline" not in form:
        return not_found(exchange)
    answer = invitations.accept if "accept" in form else invitations.decline
    result = answer(index, browser.actor, token)
    if isinstance(result, FormErrors):
        browser.flash(result.flash, "error")
        return see_other(exchange, LIST)
    browser.flash(result, "success")
    page = f"/project/{quote(opened.project.name, safe=PLAIN)}/"
    return see_other(exchange, page if "accept" in form else LIST)


def _newest_releases(releases: list[ProjectSummary]) -> dict[str, ProjectSummary]:
    """Return the release with the highest version of each project, by its normalized name."""
    newest: dict[str, ProjectSummary] = {}
    for release in sorted(releases, key=lambda release: parsed(release.version)):
        newest[release.normalized] = release
    return newest


def _listed(project: ManagedProject, release: ProjectSummary | None) -> ListedProject:
    return ListedProject(
        project.name,
        project.normalized,
        project.created,
        None if release is None else release.released,
        "" if release is None else release.metadata.get("summary") or "",
        project.organization,
        project.role == "Owner",
        project.is_sole_owner,
    )


def _open_invitations(index: Index, user_id: str) -> list[tuple[ListedProject, str]]:
    """Return the projects that a user is invited to, each with the token that answers the invitation."""
    found = []
    for each in index.invitations.of_user(user_id):
        project = index.projects.by_id(each.project_id)
        if project is None or not invitations.is_open(index, each):
            continue
        release = max(index.releases.of(project), key=lambda release: parsed(release.version), default=None)
        released = None if release is None else release.created
        summary = "" if release is None else release.metadata.get("summary") or ""
        found.append((ListedProject(project.name, project.normalized, project.created, released, summary), each.token))
    return found
