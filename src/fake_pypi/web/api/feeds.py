"""RSS feeds: newest projects, newest releases of all, newest releases of one project."""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.index.listing import newest_projects, recent_releases
from fake_pypi.index.names import normalized
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import READABLE, not_found
from fake_pypi.web.responses import Response

if TYPE_CHECKING:
    from fake_pypi.index.listing import News
    from fake_pypi.web.exchange import Exchange

MOST_UPDATES, MOST_PACKAGES, MOST_RELEASES = 100, 40, 40
Lines = Iterable[tuple[str, str]]


def updates(exchange: Exchange) -> Response:
    """Respond at `/rss/updates.xml` with the newest releases of all projects."""
    items = [
        _item(each, f"{each.project} {each.version}", _release_page(exchange, each))
        for each in recent_releases(exchange.instance.index.db, MOST_UPDATES)
    ]
    about = "Recent updates to the Python Package Index"
    return _feed("PyPI recent updates", f"{exchange.origin.site}/", about, items)


def packages(exchange: Exchange) -> Response:
    """Respond at `/rss/packages.xml` with the newest projects."""
    items = []
    for each in newest_projects(exchange.instance.index.db, MOST_PACKAGES):
        page = f"{exchange.origin.site}/project/{normalized(each.project)}/"
        items.append(_item(each, f"{each.project} added to PyPI", page, guid=page))
    about = "Newest packages registered at the Python Package Index"
    return _feed("PyPI newest packages", f"{exchange.origin.site}/", about, items)


def project_releases(exchange: Exchange, name: str) -> Response:
    """Respond at `/rss/project/NAME/releases.xml` with the newest releases of one project, in any spelling."""
    project = exchange.instance.index.projects.get(name)
    if project is None:
        return not_found(exchange)
    releases = recent_releases(exchange.instance.index.db, MOST_RELEASES, project)
    items = [_item(each, each.version, _release_page(exchange, each)) for each in releases]
    about = f"Recent updates to the Python Package Index for {project.name}"
    page = f"{exchange.origin.site}/project/{project.normalized}/"
    return _feed(f"PyPI recent updates for {project.name}", page, about, items)


def _release_page(exchange: Exchange, news: News) -> str:
    return f"{exchange.origin.site}/project/{normalized(news.project)}/{quote(news.version, safe=PLAIN)}/"


def _item(news: News, title: str, link: str, *, guid: str | None = None) -> Lines:
    """Yield the elements of one item. As on PyPI, the description of a release without a summary is "None"."""
    from email.utils import format_datetime

    yield "title", title
    yield "link", link
    if guid:
        yield "guid", guid
    yield "description", str(news.summary)
    if author := _author(news.author_email):
        yield "author", author
    yield "pubDate", format_datetime(datetime.fromtimestamp(news.at, timezone.utc), usegmt=True)


def _author(emails: str | None) -> str | None:
    """Return the bare addresses, or None if one of them is invalid."""
    from email.utils import getaddresses

    addresses = [address for _, address in getaddresses([emails or ""])]
    return ", ".join(addresses) if all("@" in each for each in addresses) else None


def _feed(title: str, link: str, about: str, items: Iterable[Lines]) -> Response:
    head = "".join(f"\n    {_element(*line)}" for line in (("title", title), ("link", link), ("description", about)))
    body = "".join(_item_element(item) for item in items)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0">\n  <channel>{head}\n'
        f"    <language>en</language>{body}  </channel>\n</rss>"
    )
    return Response(200, "OK", (("Content-Type", "text/xml; charset=UTF-8"), *READABLE), text.encode())


def _item_element(item: Lines) -> str:
    return "    <item>" + "".join(f"\n      {_element(*line)}" for line in item) + "\n    </item>"


def _element(name: str, text: str) -> str:
    printable = "".join(each for each in text if each >= " " or each in "\t\n")  # XML knows no other controls
    return f"<{name}>{html.escape(printable, quote=False)}</{name}>"
