"""Pages for people: the home page, `/project/NAME/` and `/project/NAME/VERSION/`.

They say what the index knows, in plain HTML; the look of the real pages is not part of the fake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.index.listing import files_of, versions_of
from fake_pypi.web.api.project_json import latest
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import page
from fake_pypi.web.responses import Header, Response, redirect

if TYPE_CHECKING:
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.web.exchange import Exchange

VARY: Header = ("Vary", "PyPI-Locale, Accept-Encoding")
NOTICES = {
    "archived": "This project has been archived.",
    "archived-noindex": "This project has been archived.",
    "quarantined": "This project has been quarantined.",
}
DETAILS = ("requires_python", "license_expression", "license", "author", "author_email", "keywords")


def home(exchange: Exchange) -> Response:
    """`/`: what is there, and where to go."""
    shown = [each for each in exchange.instance.index.projects.all() if each.status != "quarantined"]
    return page(
        "home.html",
        headers=(VARY,),
        upload=f"{exchange.origin.upload}/legacy/",
        simple=f"{exchange.origin.site}/simple/",
        projects=shown,
    )


def project(exchange: Exchange, name: str) -> Response:
    """`/project/NAME/`: the latest release."""
    return _answer(exchange, name, None)


def release(exchange: Exchange, name: str, version: str) -> Response:
    """`/project/NAME/VERSION/`: one release."""
    return _answer(exchange, name, version)


def _answer(exchange: Exchange, name: str, version: str | None) -> Response:
    index = exchange.instance.index
    found = index.projects.get(name)
    if found is None:
        return not_found(exchange)
    if name != found.normalized:
        rest = "" if version is None else f"{quote(version, safe=PLAIN)}/"
        target = f"/project/{found.normalized}/{rest}"
        return redirect(301, target, exchange.accept, origin=str(exchange.origin)).with_headers(VARY)
    wanted = latest(versions_of(index.db, found)) if version is None else version
    shown = None if wanted is None else index.releases.get(found, wanted)
    if version is not None and shown is None:
        return not_found(exchange)
    return _shown(exchange, found, shown)


def _shown(exchange: Exchange, project: ProjectRow, shown: ReleaseRow | None) -> Response:
    index = exchange.instance.index
    files = [] if shown is None else files_of(index.db, project, shown)
    facts = {} if shown is None else shown.metadata
    version = "" if shown is None else shown.version
    return page(
        "project.html",
        headers=(VARY,),
        name=project.name,
        normalized=project.normalized,
        address=f"{exchange.origin.site}/project/{project.normalized}/",
        version=version,
        command=f"{project.name}=={version}" if version else project.name,
        summary=facts.get("summary") or "",
        description=facts.get("description") or "",
        notices=_notices(project, shown),
        files=[{"url": exchange.origin.file_url(each.path), "filename": each.filename} for each in files],
        releases=[
            {"url": f"/project/{project.normalized}/{quote(each.version, safe=PLAIN)}/", "version": each.version}
            for each in reversed(index.releases.of(project))
        ],
        details=[(field, facts[field]) for field in DETAILS if facts.get(field)],
    )


def _notices(project: ProjectRow, shown: ReleaseRow | None) -> list[str]:
    notices = [NOTICES[project.status]] if project.status in NOTICES else []
    if shown is not None and shown.yanked:
        notices.append(f"This release has been yanked. {shown.yanked_reason}")
    return notices
