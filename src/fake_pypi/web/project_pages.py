"""Pages for people: the home page, `/project/NAME/` and `/project/NAME/VERSION/`.

They say what the index knows, in plain HTML; the look of the real pages is not part of the fake.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import cache
from importlib import resources
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.index.listing import files_of, versions_of
from fake_pypi.web.answers import HTML, Answer, Header, redirect
from fake_pypi.web.hosts import PLAIN
from fake_pypi.web.missing import missing
from fake_pypi.web.project_json import latest

if TYPE_CHECKING:
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.web.exchange import Exchange

HEADERS: tuple[Header, ...] = (
    ("Content-Type", HTML),
    ("Vary", "PyPI-Locale, Accept-Encoding"),
    ("Content-Security-Policy", "default-src 'none'"),
)
NOTICES = {
    "archived": "This project has been archived.",
    "archived-noindex": "This project has been archived.",
    "quarantined": "This project has been quarantined.",
}
DETAILS = ("requires_python", "license_expression", "license", "author", "author_email", "keywords")


def home(exchange: Exchange) -> Answer:
    """`/`: what is there, and where to go."""
    shown = [each for each in exchange.world.index.projects.all() if each.status != "quarantined"]
    return _page(
        "home.html",
        upload=f"{exchange.origin.upload}/legacy/",
        simple=f"{exchange.origin.site}/simple/",
        projects=_items(_link(f"/project/{each.normalized}/", each.name) for each in shown),
    )


def project(exchange: Exchange, name: str) -> Answer:
    """`/project/NAME/`: the latest release."""
    return _answer(exchange, name, None)


def release(exchange: Exchange, name: str, version: str) -> Answer:
    """`/project/NAME/VERSION/`: one release."""
    return _answer(exchange, name, version)


def _answer(exchange: Exchange, name: str, version: str | None) -> Answer:
    index = exchange.world.index
    found = index.projects.get(name)
    if found is None:
        return missing(exchange)
    if name != found.normalized:
        rest = "" if version is None else f"{quote(version, safe=PLAIN)}/"
        target = f"/project/{found.normalized}/{rest}"
        return redirect(301, target, exchange.accept, origin=str(exchange.origin)).with_headers(HEADERS[1])
    wanted = latest(versions_of(index.db, found)) if version is None else version
    shown = None if wanted is None else index.releases.get(found, wanted)
    if version is not None and shown is None:
        return missing(exchange)
    return _shown(exchange, found, shown)


def _shown(exchange: Exchange, project: ProjectRow, shown: ReleaseRow | None) -> Answer:
    index = exchange.world.index
    files = [] if shown is None else files_of(index.db, project, shown)
    facts = {} if shown is None else shown.metadata
    version = "" if shown is None else shown.version
    details = ((key, facts.get(key)) for key in DETAILS)
    return _page(
        "project.html",
        name=html.escape(project.name),
        normalized=project.normalized,
        page=html.escape(f"{exchange.origin.site}/project/{project.normalized}/"),
        version=html.escape(version),
        command=html.escape(f"{project.name}=={version}" if version else project.name),
        summary=html.escape(str(facts.get("summary") or "")),
        description=html.escape(str(facts.get("description") or "")),
        notice=_notice(project, shown),
        files=_items(_link(exchange.origin.file_url(each.path), each.filename) for each in files),
        releases=_items(
            _link(f"/project/{project.normalized}/{quote(each.version, safe=PLAIN)}/", each.version)
            for each in reversed(index.releases.of(project))
        ),
        details="".join(f"<dt>{key}</dt><dd>{html.escape(str(value))}</dd>" for key, value in details if value),
    )


def _notice(project: ProjectRow, shown: ReleaseRow | None) -> str:
    told = [NOTICES[project.status]] if project.status in NOTICES else []
    if shown is not None and shown.yanked:
        told.append(f"This release has been yanked. {html.escape(shown.yanked_reason)}")
    return "".join(f'<p class="callout">{each}</p>' for each in told)


def _items(each: Iterable[str]) -> str:
    return "".join(f"<li>{item}</li>" for item in each)


def _link(target: str, text: str) -> str:
    return f'<a href="{html.escape(target)}">{html.escape(text)}</a>'


def _page(template: str, **words: str) -> Answer:
    return Answer(200, "OK", HEADERS, _template(template).substitute(words).encode())


@cache
def _template(name: str) -> Template:
    return Template((resources.files("fake_pypi.web") / "pages" / name).read_text("utf-8"))
