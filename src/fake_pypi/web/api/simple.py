"""The simple index (PEP 503, 629, 658, 691, 700, 714, 740, 792): one value, written as HTML or as JSON."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from math import modf
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fake_pypi.index.listing import files_of, files_with, key_of, keys_of_files, state_of
from fake_pypi.index.names import normalized
from fake_pypi.turns import TURNS
from fake_pypi.web import fallback_packages
from fake_pypi.web.conditional import entity_tag, is_known, not_modified
from fake_pypi.web.not_found import not_found, query_again
from fake_pypi.web.page_cache import FEW, CachedPage, PageState
from fake_pypi.web.responses import Header, Response, acceptable, front_failure, redirect

if TYPE_CHECKING:
    from packaging.version import Version

    from fake_pypi.index.listing import ListedFile
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.packages.package_source import FallbackFile
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
STATUS_OF_PEP_792 = {"archived-noindex": "archived", "quarantine-exit": "active"}
"""The status that pages state for those statuses of PyPI that PEP 792 does not have."""

File = dict[str, Any]
Position = tuple["Version", str, str]
"""What files are sorted by: the version, its text, the file name."""


def index_page(exchange: Exchange) -> Response:
    """Respond at `/simple/` with the list of all projects but the quarantined ones."""
    index = exchange.index
    listed = [project for project in index.projects.all() if project.status != "quarantined"]
    serial = index.journal.last_serial
    if form_of(exchange) == JSON_V1:
        projects = [{"_last-serial": project.serial, "name": project.name} for project in listed]
        body = json.dumps({"meta": _meta(serial), "projects": projects})
    else:
        links = "".join(f'<a href="/simple/{row.normalized}/">{attribute(row.name)}</a>\n' for row in listed)
        body = _html("Simple index", "", links)
    return _page(exchange, body.encode(), serial)


def project_page(exchange: Exchange, name: str) -> Response:
    """Respond at `/simple/NAME/` with the files of one project, or with those of the package sources."""
    if "\0" in name:  # PyPI's database takes no NUL
        return front_failure()
    index = exchange.index
    with index.db.reading():
        project = index.projects.get(name)
        state = () if project is None else state_of(index.db, project)
    if project is None:
        return _from_sources(exchange, name)
    if name != project.normalized:
        return _at_normalized(exchange, name)
    tag = _tag(exchange, state)
    if is_known(exchange, tag):
        return not_modified(_headers(project.serial, tag))
    kept = exchange.instance.page_cache
    is_present = index is exchange.instance.index
    page = kept.page((project.id, str(exchange.origin), form_of(exchange), is_present))
    newest, begun = page.newest, page.begun
    if newest.tag != tag:
        with page.lock:  # of several requests for a page that changed, one makes it, since these arrived
            newest = page.newest
            if newest.tag != tag and not (is_present and page.made > begun):
                page.begun += 1
                newest = page.newest = _newest_page(exchange, project, page)
                page.made = page.begun
        kept.drop_oldest()
    return _page(exchange, newest.body, newest.serial, newest.tag)


def _tag(exchange: Exchange, state: tuple[object, ...]) -> str:
    return entity_tag(form_of(exchange), str(exchange.origin), state)


def form_of(exchange: Exchange) -> str:
    """Return the content type that the client prefers; HTML if it accepts none of them."""
    return next(iter(acceptable(exchange.accept, [HTML, HTML_V1, JSON_V1])), HTML)


@TURNS.paused()
def _from_sources(exchange: Exchange, name: str) -> Response:
    """Return the files of the package sources, for a project that the index does not have."""
    offers = fallback_packages.files_of(exchange.instance, normalized(name))
    if not offers:
        return not_found(exchange)
    if name != normalized(name):
        return _at_normalized(exchange, name)
    form, serial = form_of(exchange), exchange.instance.index.journal.last_serial
    ordered = sorted(offers, key=lambda offer: _position(offer.version, offer.filename))
    texts = [_text(form, _described_fallback(exchange, offer)) for offer in ordered]
    listing = Listing(name, "active", serial, [offer.version for offer in ordered], texts)
    return _page(exchange, listing.page(form).encode(), serial)


def _at_normalized(exchange: Exchange, name: str) -> Response:
    target = f"/simple/{quote(normalized(name))}/{query_again(exchange)}"
    return redirect(301, target, exchange.accept, origin=str(exchange.origin)).with_headers(*FRESH, *CORS)


def _newest_page(exchange: Exchange, known: ProjectRow, page: CachedPage) -> PageState:
    """Return a project's page, made of the texts of its files, of which only those that changed are made again."""
    db, form = exchange.index.db, form_of(exchange)
    with db.reading():
        project = exchange.index.projects.by_id(known.id) or known  # it may have been deleted a moment ago
        state = state_of(db, project)
        keys = [] if project.status == "quarantined" else keys_of_files(db, project)
        new = page.missing(keys)
        files = files_of(db, project) if len(new) > FEW else files_with(db, [key[0] for key in new])
    described = {
        key_of(file): (_position(file.version, file.filename), _text(form, _described(exchange, project, file)))
        for file in files
        if key_of(file) in new
    }
    page.update(keys, described)
    versions = [position[1] for position in page.positions]
    listing = Listing(project.normalized, project.status, project.serial, versions, page.texts)
    return PageState(_tag(exchange, state), project.serial, listing.page(form).encode())


def _position(version: str, filename: str) -> Position:
    """Return what the files of a page are sorted by."""
    return parsed(version), version, filename


@dataclass
class Listing:
    """The content of a project's page: the version and the text of each file, in order, and what is said above."""

    name: str
    status: str
    serial: int
    versions: list[str]
    texts: list[str]

    def page(self, form: str) -> str:
        """Return the page in one of the content types of the simple index."""
        return self._as_json() if form == JSON_V1 else self._as_html()

    @property
    def _status(self) -> str:
        return STATUS_OF_PEP_792.get(self.status, self.status)

    def _as_json(self) -> str:
        value = {
            "meta": _meta(self.serial),
            "name": self.name,
            "project-status": {"status": self._status},
            "versions": list(dict.fromkeys(self.versions)),
        }
        return f'{{"files": [{", ".join(self.texts)}], {json.dumps(value)[1:]}'

    def _as_html(self) -> str:
        title = f"Links for {self.name}"
        meta = f'<meta name="pypi:project-status" content="{self._status}">'
        anchors = f"    <h1>{title}</h1>\n" + "".join(self.texts)
        return _html(title, meta, anchors) + f"\n<!--SERIAL {self.serial}-->"


def _text(form: str, file: File) -> str:
    """Return what a page of that content type has of a file."""
    return json.dumps(file) if form == JSON_V1 else _anchor(file)


@lru_cache(maxsize=16_384)
def parsed(version: str) -> Version:
    """Return the version for sorting; a text that is no version (a rule was left out) comes first."""
    from packaging.version import Version

    try:
        return Version(version)
    except ValueError:  # InvalidVersion, or a number with more digits than Python reads
        return Version("0.dev0")


def _described(exchange: Exchange, project: ProjectRow, file: ListedFile) -> File:
    provenance = None
    if file.provenance:
        address = f"{project.normalized}/{file.version}/{file.filename}"
        provenance = f"{exchange.origin.site}/integrity/{address}/provenance"
    metadata = {"sha256": file.metadata_sha256} if file.metadata_sha256 else False
    return {
        "core-metadata": metadata,
        "data-dist-info-metadata": metadata,
        "filename": file.filename,
        "hashes": {"sha256": file.sha256},
        "provenance": provenance,
        "requires-python": file.requires_python,
        "size": file.size,
        "upload-time": moment(file.uploaded),
        "url": exchange.origin.file_url(file.path),
        "yanked": (file.yanked_reason or True) if file.yanked else False,
    }


def _described_fallback(exchange: Exchange, offer: FallbackFile) -> File:
    metadata = {"sha256": offer.metadata_sha256} if offer.metadata_sha256 else False
    return {
        "core-metadata": metadata,
        "data-dist-info-metadata": metadata,
        "filename": offer.filename,
        "hashes": {"sha256": offer.sha256},
        "provenance": None,
        "requires-python": offer.requires_python,
        "size": offer.size,
        "upload-time": moment(offer.upload_time.timestamp()),
        "url": exchange.origin.file_url(fallback_packages.path_of(offer)),
        "yanked": offer.yanked,
    }


def moment(seconds: float) -> str:
    """Return a point in time as PyPI writes it: to the microsecond, in UTC, with a "Z"."""
    fraction, whole = modf(seconds)
    microseconds = round(fraction * 1_000_000)
    if not 0 <= microseconds < 1_000_000:
        whole, microseconds = whole + microseconds // 1_000_000, microseconds % 1_000_000
    return f"{_second(whole)}.{microseconds:06}Z"


@lru_cache(maxsize=1024)
def _second(seconds: float) -> str:
    """Return a time without its fraction; cached, because the files of a page were uploaded in few seconds."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")[:-6]


def _anchor(file: File) -> str:
    attributes = ""
    if file["requires-python"]:
        attributes += f'data-requires-python="{attribute(file["requires-python"])}" '
    if file["yanked"]:
        reason = file["yanked"] if isinstance(file["yanked"], str) else ""
        attributes += f'data-yanked="{attribute(reason)}" '
    if file["core-metadata"]:
        hashed = f"sha256={file['core-metadata']['sha256']}"
        attributes += f'data-dist-info-metadata="{hashed}" data-core-metadata="{hashed}"'
    if file["provenance"]:
        attributes += f' data-provenance="{file["provenance"]}"'
    address = f"{attribute(file['url'])}#sha256={file['hashes']['sha256']}"
    return f'<a href="{address}" {attributes}>{attribute(file["filename"])}</a><br />\n'


def _html(title: str, meta: str, links: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n  <head>\n'
        f'    <meta name="pypi:repository-version" content="{API_VERSION}">\n{meta}'
        f"    <title>{title}</title>\n  </head>\n  <body>\n{links}</body>\n</html>"
    )


def _meta(serial: int) -> dict[str, object]:
    return {"_last-serial": serial, "api-version": API_VERSION}


def _headers(serial: int, tag: str | None) -> tuple[Header, ...]:
    tagged = (("ETag", tag),) if tag else ()
    return (*FRESH, *CORS, ("X-PyPI-Last-Serial", str(serial)), *tagged)


def _page(exchange: Exchange, body: bytes, serial: int, tag: str | None = None) -> Response:
    form = form_of(exchange)
    content_type = "text/html; charset=UTF-8" if form == HTML else form
    return Response(200, "OK", (("Content-Type", content_type), *_headers(serial, tag)), body)


def attribute(text: str) -> str:
    """Return a text escaped as PyPI's templates do it.

    >>> attribute("<'>")
    '&lt;&#39;&gt;'
    """
    return html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
