"""`/manage/projects/`: the projects of the user who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.listing import project_releases
from fake_pypi.web.rendering import page
from fake_pypi.web.site.form_pages import management_page
from fake_pypi.web.site.search import newest_of_each
from fake_pypi.web.site.visitors import SESSION

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


@management_page(is_only_read=True)
def own_projects(exchange: Exchange) -> Response:
    """Return the list, the project that was released last first."""
    user = exchange.browser.actor.user
    projects = newest_of_each(project_releases(exchange.instance.index.db, user.name))
    projects.sort(key=lambda project: -project.released)
    return page(exchange, "projects.html", headers=(SESSION,), page_title="Your projects", projects=projects)
