"""The simple index (PEP 503, 629, 658, 691, 700, 714, 740, 792): one value, shown as HTML or as JSON."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fake_pypi.index.projects import normalized
from fake_pypi.web import offered
from fake_pypi.web.accept import acceptable
from fake_pypi.web.answers import Answer, Header, method_not_allowed, redirect, text_answer

if TYPE_CHECKING:
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import FileRow, ReleaseRow
    from fake_pypi.packages.offer import Offer
    from fake_pypi.web.exchange import Exchange

API_VERSION = "1.4"
HTML, HTML_V1, JSON_V1 = (
    "text/html",
    "application/vnd.pypi.simple.v1+html",
    "application/vnd.pypi.simple.v1+json",
)
CORS: tuple[Header, ...] = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "X-PyPI-Last-Serial"),
)
FRESH: tuple[Header, ...] = (("Cache-Control", "max-age=600, public"), ("Vary", "Accept-Encoding, Accept"))


@dataclass(frozen=True)
class Link:
    """One file on a project's page."""

    filename: str
    url: str
    sha256: str
    requires_python: str | None
    size: int
    uploaded: datetime
    metadata_sha256: str | None
    yanked: bool
    yanked_reason: str
    provenance: str | None = None
    version: str = ""


def index_page(exchange: Exchange) -> Answer:
    """`/simple/`: every project."""
    if exchange.method not in ("GET", "HEAD"):
        return method_not_allowed(exchange.method, "GET, HEAD, OPTIONS", exchange.accept)
    index = exchange.world.index
    shown = [each for each in index.projects.all() if each.status not in ("quarantined", "archived-noindex")]
    serial = index.journal.last_serial
    if _form(exchange) == JSON_V1:
        projects = [{"_last-serial": each.serial, "name": each.name} for each in shown]
        body = json.dumps({"meta": {"_last-serial": serial, "api-version": API_VERSION}, "projects": projects})
    else:
        links = "".join(f'<a href="/simple/{each.normalized}/">{html.escape(each.name)}</a>\n' for each in shown)
        body = _html("Simple index", "", links)
    return _page(exchange, body, serial)


def project_page(exchange: Exchange, name: str) -> Answer:
    """`/simple/NAME/`: the files of one project."""
    if exchange.method not in ("GET", "HEAD"):
        return method_not_allowed(exchange.method, "GET, HEAD, OPTIONS", exchange.accept)
    if name != normalized(name):
        query = f"?{exchange.environ['QUERY_STRING']}" if exchange.environ.get("QUERY_STRING") else ""
        target = f"/simple/{quote(normalized(name))}/{query}"
        return redirect(301, target, exchange.accept, origin=str(exchange.origin))
    project = exchange.world.index.projects.get(name)
    if project is None:
        return _from_sources(exchange, name)
    files = exchange.world.index.releases
    releases = {each.id: each for each in files.of(project)}
    links = [_link(exchange, file, releases[file.release]) for file in files.files(project)]
    if project.status == "quarantined":
        links = []
    return _project(exchange, project.name, project.status, project.serial, links)


def _from_sources(exchange: Exchange, name: str) -> Answer:
    """Other people's distributions, offered under a name that this index does not have."""
    links = [_offered(exchange, offer) for offer in offered.offers(exchange.world, name)]
    if links:
        return _project(exchange, name, "active", exchange.world.index.journal.last_serial, links)
    return text_answer(404, "404 Not Found").with_headers(("Vary", "Accept-Encoding"), *CORS)


def _project(exchange: Exchange, name: str, status: str, serial: int, links: list[Link]) -> Answer:
    from packaging.version import Version

    links.sort(key=lambda link: (Version(link.version), link.filename))
    if _form(exchange) == JSON_V1:
        versions = list(dict.fromkeys(link.version for link in links))
        value = {
            "files": [_as_json(link) for link in links],
            "meta": {"_last-serial": serial, "api-version": API_VERSION},
            "name": normalized(name),
            "project-status": {"status": status},
            "versions": versions,
        }
        body = json.dumps(value)
    else:
        meta = f'<meta name="pypi:project-status" content="{status}">'
        title = f"Links for {normalized(name)}"
        anchors = f"    <h1>{title}</h1>\n" + "".join(_as_html(link) for link in links)
        body = _html(title, meta, anchors) + f"\n<!--SERIAL {serial}-->"
    return _page(exchange, body, serial)


def _link(exchange: Exchange, file: FileRow, release: ReleaseRow) -> Link:
    return Link(
        filename=file.filename,
        url=exchange.origin.file_url(file.path),
        sha256=file.sha256,
        requires_python=file.requires_python,
        size=file.size,
        uploaded=datetime.fromtimestamp(file.uploaded, timezone.utc),
        metadata_sha256=file.metadata_sha256,
        yanked=release.yanked,
        yanked_reason=release.yanked_reason,
        version=release.version,
    )


def _offered(exchange: Exchange, offer: Offer) -> Link:
    import hashlib

    metadata = offer.metadata()
    return Link(
        filename=offer.filename,
        url=exchange.origin.file_url(offered.path_of(offer)),
        sha256=offer.sha256,
        requires_python=offer.requires_python,
        size=offer.size,
        uploaded=offer.upload_time,
        metadata_sha256=None if metadata is None else hashlib.sha256(metadata).hexdigest(),
        yanked=bool(offer.yanked),
        yanked_reason=offer.yanked if isinstance(offer.yanked, str) else "",
        version=offer.version,
    )


def _as_json(link: Link) -> dict[str, Any]:
    metadata = {"sha256": link.metadata_sha256} if link.metadata_sha256 else False
    return {
        "core-metadata": metadata,
        "data-dist-info-metadata": metadata,
        "filename": link.filename,
        "hashes": {"sha256": link.sha256},
        "provenance": link.provenance,
        "requires-python": link.requires_python,
        "size": link.size,
        "upload-time": link.uploaded.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "url": link.url,
        "yanked": (link.yanked_reason or True) if link.yanked else False,
    }


def _as_html(link: Link) -> str:
    attributes = ""
    if link.requires_python:
        attributes += f'data-requires-python="{html.escape(link.requires_python)}" '
    if link.yanked:
        attributes += f'data-yanked="{html.escape(link.yanked_reason)}" '
    if link.metadata_sha256:
        hashed = f"sha256={link.metadata_sha256}"
        attributes += f'data-dist-info-metadata="{hashed}" data-core-metadata="{hashed}"'
    return f'<a href="{link.url}#sha256={link.sha256}" {attributes}>{link.filename}</a><br />\n'


def _html(title: str, meta: str, links: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n  <head>\n'
        f'    <meta name="pypi:repository-version" content="{API_VERSION}">\n{meta}'
        f"    <title>{html.escape(title)}</title>\n  </head>\n  <body>\n{links}</body>\n</html>"
    )


def _form(exchange: Exchange) -> str:
    return next(iter(acceptable(exchange.accept, [HTML, HTML_V1, JSON_V1])), HTML)


def _page(exchange: Exchange, body: str, serial: int) -> Answer:
    import hashlib

    form = _form(exchange)
    content = body.encode()
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = (*FRESH, *CORS, ("X-PyPI-Last-Serial", str(serial)), ("ETag", tag))
    if tag in exchange.environ.get("HTTP_IF_NONE_MATCH", ""):
        return Answer(304, "Not Modified", headers)
    content_type = "text/html; charset=UTF-8" if form == HTML else form
    return Answer(200, "OK", (("Content-Type", content_type), *headers), content)
