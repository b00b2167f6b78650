"""The package registry of one GitLab project, whose id is 1 and which everybody may read.

Not recorded. Statuses, messages and addresses are those of GitLab's public source code as of 2026-11-21:
lib/api/pypi_packages.rb, app/services/packages/pypi/create_package_service.rb, app/presenters/packages/pypi/ and
lib/api/helpers.rb in gitlabhq/gitlabhq; the message about a duplicate also from pypa/twine#697.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized
from fake_pypi.index.sender import Sender
from fake_pypi.sites import OTHER_SERVERS
from fake_pypi.web.other_servers.packages import (
    ReceivedUpload,
    address,
    credentials_of,
    file_named,
    files_of_project,
    send,
    store,
    user_with,
)
from fake_pypi.web.responses import TITLES, AnyResponse, Header, Response, acceptable, json_response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

JSON_V1 = "application/vnd.pypi.simple.v1+json"
DUPLICATE = "Validation failed: File name has already been taken"
REQUIRED = ("content", "name", "version")
REALM: Header = ("WWW-Authenticate", 'Basic realm="GitLab Packages Registry"')


def upload(exchange: Exchange, project: str) -> Response:
    """Respond to an upload: 201 if the file is stored."""
    if not _is_signed_in(exchange):
        return _message(401).with_headers(REALM)
    if project != "1":
        return _message(404)
    received = ReceivedUpload.of(exchange)
    present = {name for name in REQUIRED if received.text(name)} | ({"content"} if received.file else set())
    lacking = [f"{name} is missing" for name in REQUIRED if name not in present]
    if lacking:
        return json_response(400, {"error": ", ".join(lacking)})
    name, version = received.text("name"), received.text("version")
    filename = "" if received.file is None else received.file.filename or ""
    if file_named(exchange, filename) is not None or store(exchange, received, name=name, version=version) is None:
        return _message(400, f" - {DUPLICATE}")
    body = json.dumps({"message": "201 Created"}).encode()
    return Response(201, "Created", (("Content-Type", "application/json"),), body)


def _is_signed_in(exchange: Exchange) -> bool:
    """Return whether the password is that of a user: with an access token GitLab accepts any user name."""
    credentials = credentials_of(exchange)
    if credentials is None:
        return False
    accounts = exchange.instance.index.accounts
    for name in (credentials[0], *accounts.names()):
        user = user_with(exchange, name, credentials[1])
        if user is not None:
            exchange.sender = Sender(user)
            return True
    return False


def simple(exchange: Exchange, project: str) -> Response:
    """Return the list of packages, as HTML or as JSON."""
    if project != "1":
        return _message(404)
    projects = exchange.index.projects.all()
    if _wants_json(exchange):
        names = sorted(each.normalized for each in projects)
        return _json_page({"meta": {"api-version": "1.0"}, "projects": [{"name": name} for name in names]})
    base = f"{_base(exchange)}simple"
    return _html_page("fake", [(f"{base}/{each.normalized}", "", each.name) for each in projects])


def package(exchange: Exchange, project: str, name: str) -> Response:
    """Return the files of a package."""
    files = files_of_project(exchange, name) if project == "1" else []
    if not files:
        return _message(404, resource="Package " if project == "1" else "")
    urls = {
        file.filename: f"{_base(exchange)}files/{file.sha256}/{file.filename}#sha256={file.sha256}" for file in files
    }
    if _wants_json(exchange):
        listed = []
        for file in files:
            requires = {"requires-python": file.requires_python} if file.requires_python else {}
            hashes = {"sha256": file.sha256}
            listed.append({"filename": file.filename, "url": urls[file.filename], "hashes": hashes, **requires})
        return _json_page({"meta": {"api-version": "1.0"}, "name": normalized(name), "files": listed})
    shown = exchange.index.projects.get(name)
    links = [(urls[file.filename], file.requires_python or "", file.filename) for file in files]
    return _html_page(shown.name if shown else name, links)


def file(exchange: Exchange, project: str, sha256: str, filename: str) -> AnyResponse:
    """Return a file by its digest and its name."""
    stored = file_named(exchange, filename)
    if project != "1" or stored is None or stored.sha256 != sha256:
        return _message(404, resource="Package " if project == "1" else "")
    return send(exchange, stored.path)


def missing(_exchange: Exchange) -> Response:
    """Respond at any other address of the API."""
    return json_response(404, {"error": "404 Not Found"})


def _message(status: int, more: str = "", *, resource: str = "") -> Response:
    """Return an error as GitLab writes it: the status and its title, in JSON."""
    title = "Bad request" if status == 400 else TITLES[status]
    return json_response(status, {"message": f"{status} {resource}{title}{more}"})


def _base(exchange: Exchange) -> str:
    return f"{exchange.origin}{OTHER_SERVERS['gitlab'].upload_path}/"


def _wants_json(exchange: Exchange) -> bool:
    return next(iter(acceptable(exchange.accept, ["text/html", JSON_V1])), "") == JSON_V1


def _json_page(content: dict[str, object]) -> Response:
    headers = (("Content-Type", f"{JSON_V1}; charset=utf-8"), ("Vary", "Accept"))
    return Response(200, "OK", headers, json.dumps(content, separators=(",", ":")).encode())


def _html_page(name: str, links: list[tuple[str, str, str]]) -> Response:
    """Return a page of links: address, versions of Python, text."""
    title = f"Links for {html.escape(name)}"
    anchors = "".join(
        f'<a href="{target}" data-requires-python="{html.escape(python)}">{text}</a>' for target, python, text in links
    )
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1>\n{anchors}</body></html>\n"
    )
    return Response(200, "OK", (("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept")), page.encode())


_REGISTRY = r"/api/v4/projects/(?P<project>[^/]+)/packages/pypi"
ROUTES = (
    address(rf"{_REGISTRY}/?", upload, ("POST",)),
    address(rf"{_REGISTRY}/simple/?", simple),
    address(rf"{_REGISTRY}/simple/(?P<name>[^/]+)/?", package),
    address(rf"{_REGISTRY}/files/(?P<sha256>[^/]+)/(?P<filename>[^/]+)", file),
    address(".*", missing, None),
)
"""The addresses of the registry."""
