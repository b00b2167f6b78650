"""The JSON API of projects and releases: `/pypi/NAME/json` and `/pypi/NAME/VERSION/json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fake_pypi.index.listing import files_of, state_of, versions_of
from fake_pypi.index.names import normalized
from fake_pypi.turns import TURNS
from fake_pypi.web import fallback_packages
from fake_pypi.web.api.simple import CORS, moment, parsed
from fake_pypi.web.conditional import entity_tag, is_known, not_modified
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import not_found, query_again
from fake_pypi.web.responses import JSON, Header, Response, redirect

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata
    from packaging.version import Version

    from fake_pypi.index import Index
    from fake_pypi.index.listing import ListedFile
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.packages.package_source import FallbackFile
    from fake_pypi.web.exchange import Exchange

FRESH: tuple[Header, ...] = (("Cache-Control", "max-age=900, public"), ("Vary", "Accept-Encoding"))
NO_COUNTS = {"last_day": -1, "last_month": -1, "last_week": -1}
"""PyPI's JSON API has no download counts any more and returns -1 (docs.pypi.org/api/json)."""

WRITTEN = ("summary", "requires_dist", "requires_python", "license", "author", "author_email", "home_page")

JsonObject = dict[str, Any]


def project(exchange: Exchange, name: str) -> Response:
    """Respond at `/pypi/NAME/json` with the project, its latest release, and the files of all releases."""
    return _project_or_release(exchange, name, None)


def release(exchange: Exchange, name: str, version: str) -> Response:
    """Respond at `/pypi/NAME/VERSION/json` with one release; the version can have any equal spelling."""
    return _project_or_release(exchange, name, version)


def _project_or_release(exchange: Exchange, name: str, version: str | None) -> Response:
    index = exchange.index
    row = index.projects.get(name)
    if row is None and version is not None:
        return _fallback_release(exchange, name, version)
    if row is None or row.status == "quarantined":
        return not_found(exchange)
    if name != row.normalized:
        exists = version is None or index.releases.get(row, version) is not None
        return _at_normalized(exchange, row, version) if exists else not_found(exchange)
    tag = entity_tag("json", version, str(exchange.origin), state_of(index.db, row))
    headers = (*FRESH, *CORS, ("X-PyPI-Last-Serial", str(row.serial)), ("ETag", tag))
    if is_known(exchange, tag):
        return not_modified(headers)
    release_row = _release(index, row, version)
    if release_row is None:
        return not_found(exchange)
    value = _value(exchange, index, row, release_row, whole=version is None)
    body = json.dumps(value).encode()
    return Response(200, "OK", (("Content-Type", JSON), *headers), body)


def _at_normalized(exchange: Exchange, project: ProjectRow, version: str | None) -> Response:
    rest = "" if version is None else f"/{quote(version, safe=PLAIN)}"
    slash = "/" if exchange.path.endswith("/") else ""
    target = f"/pypi/{project.normalized}{rest}/json{slash}{query_again(exchange)}"
    return redirect(301, target, exchange.accept, origin=str(exchange.origin)).with_headers(*FRESH, *CORS)


def _release(index: Index, project: ProjectRow, version: str | None) -> ReleaseRow | None:
    wanted = latest(versions_of(index.db, project)) if version is None else version
    row = None if wanted is None else index.releases.get(project, wanted)
    return None if row is None or row.status == "quarantined" else row


def latest(versions: Iterable[tuple[str, bool]]) -> str | None:
    """Return the version that PyPI shows for a project, None if there is none; each comes with "is it yanked".

    >>> latest([("1.0", False), ("1.1", True), ("2.0rc1", False)])
    '1.0'

    The newest final one; without one the newest pre-release; a yanked one only if there is nothing else.
    """

    def preference(release: tuple[str, bool]) -> tuple[bool, bool, Version]:
        version = parsed(release[0])
        return not release[1], not version.is_prerelease, version

    return max(versions, key=preference, default=(None, False))[0]


def _value(exchange: Exchange, index: Index, project: ProjectRow, release: ReleaseRow, *, whole: bool) -> JsonObject:
    """Return the value that is sent as JSON, its keys in alphabetical order, as PyPI writes them."""
    files = sorted(files_of(index.db, project, None if whole else release), key=lambda file: file.filename)
    versions = versions_of(index.db, project) if whole else [(release.version, release.yanked)]
    releases: dict[str, list[JsonObject]] = {version: [] for version in sorted(version for version, _ in versions)}
    for file in files:
        releases.setdefault(file.version, []).append(_file(exchange, file))
    roles = sorted(index.projects.roles(project), key=lambda role: (role[1] != "Owner", role[0]))
    info = {**release.metadata, **_info(exchange, project, release)}
    owners = [{"role": role, "user": user} for user, role in roles]
    return {
        "info": dict(sorted(info.items())),
        "last_serial": project.serial,
        "ownership": {"organization": project.organization, "roles": owners},
        **({"releases": releases} if whole else {}),
        "urls": releases.get(release.version, []),
        "vulnerabilities": [],
    }


def _info(exchange: Exchange, project: ProjectRow, release: ReleaseRow) -> JsonObject:
    """Return what the index adds to a release's own metadata."""
    page = f"{exchange.origin.site}/project/{project.name}/"
    return {
        "bugtrack_url": None,
        "docs_url": None,
        "downloads": NO_COUNTS,
        "name": project.name,
        "package_url": page,
        "project_url": page,
        "release_url": f"{page}{quote(release.version, safe=PLAIN)}/",
        "version": release.version,
        "yanked": release.yanked,
        "yanked_reason": release.yanked_reason or None,
    }


def _file(exchange: Exchange, file: ListedFile) -> JsonObject:
    uploaded = moment(file.uploaded)
    return {
        "comment_text": file.comment,
        "core-metadata": {"sha256": file.metadata_sha256} if file.metadata_sha256 else False,
        "digests": {"blake2b_256": file.blake2_256, "md5": file.md5, "sha256": file.sha256},
        "downloads": -1,
        "filename": file.filename,
        "has_sig": False,
        "md5_digest": file.md5,
        "packagetype": file.packagetype,
        "python_version": file.python_version,
        "requires_python": file.requires_python,
        "size": file.size,
        "upload_time": uploaded[:19],
        "upload_time_iso_8601": uploaded,
        "url": exchange.origin.file_url(file.path),
        "yanked": bool(file.yanked),
        "yanked_reason": file.yanked_reason or None,
    }


@TURNS.paused()
def _fallback_release(exchange: Exchange, name: str, version: str) -> Response:
    """Return one release of a package source; 404 if no source has it."""
    if name != normalized(name):
        return not_found(exchange)
    files = [
        file for file in fallback_packages.files_of(exchange.instance, name) if parsed(file.version) == parsed(version)
    ]
    if not files:
        return not_found(exchange)
    info = {**_fallback_metadata(files), "name": name, "version": files[0].version, **_fallback_yank(files[0])}
    urls = [_fallback_file(exchange, file) for file in sorted(files, key=lambda file: file.filename)]
    value = {
        "info": dict(sorted(info.items())),
        "last_serial": exchange.instance.index.journal.last_serial,
        "urls": urls,
        "vulnerabilities": [],
    }
    return Response(200, "OK", (("Content-Type", JSON), *FRESH, *CORS), json.dumps(value).encode())


def _fallback_metadata(files: list[FallbackFile]) -> dict[str, Any]:
    """Return the metadata of the first file that has any; a field that it leaves out is null."""
    from packaging.metadata import parse_email

    content = next((text for file in files if (text := file.metadata()) is not None), b"")
    metadata: RawMetadata = parse_email(content)[0]
    return {field: metadata.get(field) for field in WRITTEN}


def _fallback_yank(offer: FallbackFile) -> dict[str, Any]:
    return {"yanked": bool(offer.yanked), "yanked_reason": offer.yanked if isinstance(offer.yanked, str) else None}


def _fallback_file(exchange: Exchange, offer: FallbackFile) -> dict[str, Any]:
    uploaded = moment(offer.upload_time.timestamp())
    return {
        "digests": {"sha256": offer.sha256},
        "filename": offer.filename,
        "packagetype": "bdist_wheel" if offer.filename.endswith(".whl") else "sdist",
        "requires_python": offer.requires_python,
        "size": offer.size,
        "upload_time": uploaded[:19],
        "upload_time_iso_8601": uploaded,
        "url": exchange.origin.file_url(fallback_packages.path_of(offer)),
        **_fallback_yank(offer),
    }
