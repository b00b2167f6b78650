"""`/`: the front page, with what is on the index and the addresses that tools are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.listing import counts_of, newest_projects
from fake_pypi.index.names import normalized
from fake_pypi.web.rendering import page

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

MOST_PROJECTS = 40


def front_page(exchange: Exchange) -> Response:
    """Return the front page."""
    db, origin = exchange.index.db, exchange.origin.for_programs
    return page(
        exchange,
        "front.html",
        counts=counts_of(db),
        projects=[(normalized(news.project), news) for news in newest_projects(db, MOST_PROJECTS)],
        upload_url=f"{origin.upload}/legacy/",
        simple_url=f"{origin.site}/simple/",
    )
