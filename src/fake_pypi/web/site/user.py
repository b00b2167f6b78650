"""`/user/NAME/`: a user and the projects in which it has a role."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.index.listing import project_releases
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import VARY, page
from fake_pypi.web.responses import Response, redirect
from fake_pypi.web.site.includes import profile_parts
from fake_pypi.web.site.search import newest_of_each

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange


def profile(exchange: Exchange, name: str) -> Response:
    """Return the page of a user; a name in another case is redirected to the right one."""
    user = exchange.index.accounts.find(name)
    if user is None:
        return not_found(exchange)
    if user.name != name:
        target = f"/user/{quote(user.name, safe=PLAIN)}/"
        return redirect(301, target, exchange.accept, origin=str(exchange.origin)).with_headers(VARY)
    projects = newest_of_each(project_releases(exchange.index.db, user.name))
    projects.sort(key=lambda project: -project.released)
    return page(exchange, "user.html", projects=projects, **profile_parts(exchange, user))
