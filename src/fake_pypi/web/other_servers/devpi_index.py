"""One index of devpi, `maintainer/dev`, which is not volatile: a file cannot be replaced.

Recorded from devpi-server 6.20.3 on 2026-11-21 (tests/fidelity/other_servers/devpi.json).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized
from fake_pypi.web.api.simple import parsed
from fake_pypi.web.other_servers.packages import (
    ReceivedUpload,
    address,
    file_named,
    files_of_project,
    send,
    sender_of,
    store,
)
from fake_pypi.web.responses import HTML as HTML_TYPE
from fake_pypi.web.responses import TEXT, AnyResponse, Header, Response, acceptable, response

if TYPE_CHECKING:
    from fake_pypi.index.listing import ListedFile
    from fake_pypi.web.exchange import Exchange

INDEX = "maintainer/dev"
JSON_V1 = "application/vnd.pypi.simple.v1+json"
VARY: Header = ("Vary", "User-Agent, Accept")
IDENTICAL = "Upload of identical file to non volatile index."


def index(exchange: Exchange) -> Response:
    """Respond at the address of the index: an upload with POST, the list of its projects with GET."""
    return _upload(exchange) if exchange.method == "POST" else simple(exchange)


def _upload(exchange: Exchange) -> Response:
    if sender_of(exchange).user is None:
        page = response(401, "", _html_or_text(exchange), detail="")
        return _from_devpi(exchange, page.with_headers(("WWW-Authenticate", 'Basic realm="pypi"')))
    upload = ReceivedUpload.of(exchange)
    action = upload.text(":action")
    if not action:
        return _error(exchange, 400, "", "Bad request: could not decode json")
    if action == "submit":
        return _from_devpi(exchange, Response(200, "OK", (("Content-Type", HTML_TYPE),)))
    if action != "file_upload":
        return _error(exchange, 400, f"action {action!r} not supported")
    return _store(exchange, upload)


def _store(exchange: Exchange, upload: ReceivedUpload) -> Response:
    if upload.file is None:
        return _error(exchange, 400, "content file field not found")
    name, version, filename = upload.text("name"), upload.text("version"), upload.file.filename or ""
    if not name or not version:
        return _crash()
    if problem := _filename_problem(filename, name, version):
        return _error(exchange, 400, problem)
    existing = file_named(exchange, filename)
    if existing is not None and existing.sha256 == upload.file.sha256:
        return _error(exchange, 200, IDENTICAL)
    if existing is not None or store(exchange, upload, name=name, version=version) is None:
        return _error(exchange, 409, f"{filename} already exists in non-volatile index")
    return _from_devpi(exchange, Response(200, "OK", (("Content-Type", HTML_TYPE),)))


def _filename_problem(filename: str, name: str, version: str) -> str:
    """Return why a file name does not fit the name and the version of the form; "" if it does."""
    if version not in filename:
        return f"filename {filename!r} does not contain version {version!r}"
    if not normalized(filename).startswith(normalized(name)):
        return f"filename {filename!r} does not match project name {name!r}"
    return ""


def simple(exchange: Exchange) -> Response:
    """Return the list of projects, as HTML or as JSON."""
    names = sorted(project.normalized for project in exchange.index.projects.all())
    if _wants_json(exchange):
        content: dict[str, object] = {"meta": {"api-version": "1.0"}, "projects": [{"name": name} for name in names]}
        return _page(exchange, JSON_V1, json.dumps(content, separators=(",", ":")))
    links = "".join(f'<a href="{name}/">{name}</a>\n' for name in names)
    return _page(exchange, HTML_TYPE, f'<!DOCTYPE html><html lang="en"><body>{links}</body></html>')


def project(exchange: Exchange, name: str, slash: str) -> Response:
    """Return the files of a project, with addresses relative to the page."""
    if name != normalized(name):
        target = f"{exchange.origin}/{INDEX}/+simple/{normalized(name)}/"
        words = f"The resource was found at {target}; you should be redirected automatically."
        page = Response(302, "Found", (("Content-Type", HTML_TYPE), ("Location", target)), words.encode())
        return _from_devpi(exchange, page)
    files = sorted(files_of_project(exchange, name), key=lambda file: parsed(file.version), reverse=True)
    if not files:
        return _error(exchange, 404, "", f"The project {name} does not exist.")
    up = "../../" if slash else "../"
    if _wants_json(exchange):
        listed = ",".join(json.dumps(_as_json(file, up)) for file in files)
        return _page(exchange, JSON_V1, f'{{"meta":{{"api-version":"1.0"}},"name":"{name}","files":[{listed}]}}')
    title = f"{INDEX}: links for {name}"
    links = "".join(f"{INDEX} {_as_link(file, up)}<br>\n" for file in files)
    head = f'<!DOCTYPE html><html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1>\n'
    return _page(exchange, HTML_TYPE, f"{head}{links}</body></html>")


def _as_json(file: ListedFile, up: str) -> dict[str, object]:
    return {
        "filename": file.filename,
        "url": up + _path(file),
        "hashes": {"sha256": file.sha256},
        "requires-python": file.requires_python or "",
    }


def _as_link(file: ListedFile, up: str) -> str:
    requires_python = (file.requires_python or "").replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    target = f"{up}{_path(file)}#sha256={file.sha256}"
    return f'<a href="{target}" data-requires-python="{requires_python}">{file.filename}</a>'


def _path(file: ListedFile) -> str:
    return f"+f/{file.sha256[:3]}/{file.sha256[3:16]}/{file.filename}"


def file(exchange: Exchange, start: str, rest: str, filename: str) -> AnyResponse:
    """Return a file; its address has the first 16 digits of its SHA-256 digest."""
    stored = file_named(exchange, filename)
    if stored is None or not stored.sha256.startswith(start + rest):
        return _error(exchange, 404, "", f"no such file {filename}")
    return send(exchange, stored.path, ("Cache-Control", "max-age=365000000, immutable, public"))


def no_metadata(exchange: Exchange, **_path: str) -> Response:
    """Respond in place of a METADATA file, which devpi does not send unless it is configured to."""
    body = b'{\n  "message": "core-metadata is disabled"\n}\n'
    return _from_devpi(exchange, Response(404, "Not Found", (("Content-Type", "application/json"),), body))


def missing_index(exchange: Exchange, name: str) -> Response:
    """Respond at the address of an index that does not exist."""
    return _error(exchange, 404, "", f"The stage {name} could not be found.")


def missing(exchange: Exchange) -> Response:
    """Respond at any other address."""
    return _error(exchange, 404, "")


def _wants_json(exchange: Exchange) -> bool:
    return next(iter(acceptable(exchange.accept, ["text/html", JSON_V1])), "") == JSON_V1


def _html_or_text(exchange: Exchange) -> str:
    """Return the type of a page about an error: devpi has it as HTML and as text."""
    return next(iter(acceptable(exchange.accept or "*/*", ["text/html"])), "text/plain")


def _error(exchange: Exchange, status: int, message: str, detail: str = "") -> Response:
    """Return the page for a status; `message` stands in the status line."""
    page = response(status, message, _html_or_text(exchange), detail="", explanation=detail)
    return _from_devpi(exchange, page)


def _page(exchange: Exchange, content_type: str, body: str) -> Response:
    page = Response(200, "OK", (("Content-Type", content_type), VARY), body.encode())
    return _from_devpi(exchange, page)


def _crash() -> Response:
    """Return the response of the server around devpi to a form without a name or a version, at which devpi fails."""
    text = "Internal Server Error\r\n\r\nThe server encountered an unexpected internal server error\r\n\r\n"
    return Response(
        500, "Internal Server Error", (("Content-Type", TEXT.lower()),), f"{text}(generated by waitress)".encode()
    )


def _from_devpi(exchange: Exchange, page: Response) -> Response:
    """Return a response with the headers that all of devpi's have."""
    return page.with_headers(
        ("X-Devpi-Api-Version", "2"),
        ("X-Devpi-Server-Version", "6.20.3"),
        ("X-Devpi-Serial", str(exchange.index.journal.last_serial)),
    )


_FILE = rf"/{INDEX}/\+f/(?P<start>[0-9a-f]{{3}})/(?P<rest>[0-9a-f]{{13}})/(?P<filename>[^/]+)"
ROUTES = (
    address(rf"/{INDEX}/?", index, ("GET", "HEAD", "POST")),
    address(rf"/{INDEX}/\+simple/?", simple),
    address(rf"/{INDEX}/\+simple/(?P<name>[^/]+)(?P<slash>/?)", project),
    address(rf"{_FILE}\.metadata", no_metadata),
    address(_FILE, file),
    address(r"/(?P<name>[^/+]+/[^/+]+)/?", missing_index, None),
    address(".*", missing, None),
)
"""The addresses of the index."""
