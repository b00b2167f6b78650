"""`/integrity/NAME/VERSION/FILE/provenance`: who published a file, with its attestations (PEP 740)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fake_pypi.web.not_found import not_found
from fake_pypi.web.responses import JSON, Header, Response, acceptable, json_response, method_not_allowed

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.releases import FileRow
    from fake_pypi.web.exchange import Exchange

MEDIA_TYPE = "application/vnd.pypi.integrity.v1+json"
FRESH: tuple[Header, ...] = (("Cache-Control", "max-age=600, public"), ("Vary", "Accept-Encoding, Accept"))
READABLE: tuple[Header, ...] = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "X-PyPI-Last-Serial"),
)


def provenance(exchange: Exchange, name: str, version: str, filename: str) -> Response:
    """Return a file's provenance, or the reason why there is none."""
    file = _file(exchange.instance.index, name, version, filename)
    if file is None:
        return not_found(exchange)
    if exchange.method != "GET":
        page = method_not_allowed(exchange.method, "GET", exchange.accept)
        return page.with_headers(("Vary", "Accept-Encoding"))
    wanted = acceptable(exchange.accept, [MEDIA_TYPE, JSON])
    if not wanted:
        return json_response(406, {"message": "Request not acceptable"}).with_headers(*FRESH)
    if exchange.instance.index.flags.enabled("disable-pep740"):
        return json_response(403, {"message": "Attestations temporarily disabled"}).with_headers(*FRESH)
    if file.provenance is None:
        message = f"No provenance available for {file.filename}"
        return json_response(404, {"message": message}).with_headers(*FRESH)
    page = json_response(200, json.loads(file.provenance), content_type=wanted[0])
    return page.with_headers(*FRESH, *READABLE)


def _file(index: Index, name: str, version: str, filename: str) -> FileRow | None:
    project = index.projects.get(name)
    file = index.releases.file(filename)
    if project is None or file is None or file.project != project.id:
        return None
    release = index.releases.get(project, version)
    return file if release is not None and release.id == file.release else None
