"""The settings of a project: archive and delete it; and its documentation page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fake_pypi.operations import deletion, projects
from fake_pypi.web.site.confirmation import confirmation_problem
from fake_pypi.web.site.form_pages import posted
from fake_pypi.web.site.managed import ManagedPage, project_page
from fake_pypi.web.site.managed_releases import deletion_disabled

if TYPE_CHECKING:
    from fake_pypi.web.responses import Response


@project_page("manage.project.settings")
def settings(page: ManagedPage) -> Response:
    """Return the settings."""
    return page.show("manage/settings.html", f"Manage '{page.project.name}' settings")


@project_page(is_only_read=True)
def documentation(page: ManagedPage) -> Response:
    """Return the page that says that there is no documentation on the index any more."""
    return page.show("manage/documentation.html", f"Manage '{page.project.name}' documentation")


@project_page(is_only_posted=True)
def archive(page: ManagedPage) -> Response:
    """Archive the project."""
    operation = partial(projects.archive, page.index, page.actor, page.project.name)
    return page.after(operation, page.address("settings"), "Project archived")


@project_page(is_only_posted=True)
def unarchive(page: ManagedPage) -> Response:
    """Make an archived project active again."""
    operation = partial(projects.unarchive, page.index, page.actor, page.project.name)
    return page.after(operation, page.address("settings"), "Project unarchived")


@project_page("manage.project.delete_project", is_only_posted=True)
def delete_project(page: ManagedPage) -> Response:
    """Delete the project with its releases. Blanks around the name that the user types do not count."""
    typed, name = posted(page.exchange).get("confirm_project_name", ""), page.project.name
    problem = deletion_disabled(page)
    if problem is None and typed.strip() != name:
        problem = confirmation_problem("delete project", typed, name)
    if problem is not None:
        return page.go_to(page.address("settings"), problem, "error")
    deletion.delete_project(page.index, page.actor, name, files=page.exchange.instance)
    return page.go_to("/manage/projects/", f"Deleted the project {name!r}")
