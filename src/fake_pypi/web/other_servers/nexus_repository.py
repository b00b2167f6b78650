"""A hosted PyPI repository of Sonatype Nexus 3, `pypi-hosted`, whose files cannot be replaced.

Not recorded. Addresses, pages and statuses are those of the public source code as of 2026-11-21
(plugins/nexus-repository-pypi in sonatype/nexus-public: PyPiHostedHandlers, PyPiHostedFacet, pypi-index.vm), the
message about a duplicate that of version 3.70 and later as users report it (sonatype/nexus-public#696,
pypa/twine#1044, python-poetry/poetry#10602).
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized
from fake_pypi.web.other_servers.packages import (
    ReceivedUpload,
    address,
    file_named,
    files_of_project,
    send,
    sender_of,
    store,
)
from fake_pypi.web.responses import TITLES, AnyResponse, Header, Response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

REPOSITORY = "pypi-hosted"
HTML: Header = ("Content-Type", "text/html")
REALM: Header = ("WWW-Authenticate", 'BASIC realm="Sonatype Nexus Repository Manager"')


def upload(exchange: Exchange) -> Response:
    """Respond to an upload; it needs the name of a user and the password, and answers without a body."""
    if sender_of(exchange).user is None:
        return Response(401, TITLES[401], (REALM,))
    received = ReceivedUpload.of(exchange)
    name, version = received.text("name"), received.text("version")
    if received.text(":action") != "file_upload" or received.file is None or not name or not version:
        return _error(500, "")
    filename = received.file.filename or ""
    if file_named(exchange, filename) is not None or store(exchange, received, name=name, version=version) is None:
        return _error(400, f"{REPOSITORY}/{_path(name, version, filename)} cannot be updated")
    return Response(200, "OK")


def simple(exchange: Exchange) -> Response:
    """Return the list of projects."""
    names = sorted(project.name for project in exchange.index.projects.all())
    return _page("Simple Index", "".join(f'  <a href="{normalized(name)}/">{name}</a><br/>\n' for name in names))


def project(exchange: Exchange, name: str) -> Response:
    """Return the files of a project, with relative addresses and MD5 digests."""
    shown, files = exchange.index.projects.get(name), files_of_project(exchange, name)
    if shown is None or not files:
        return _error(404, "")
    lines = []
    for each in files:
        python = f' data-requires-python="{html.escape(each.requires_python)}"' if each.requires_python else ""
        target = f"../../{_path(name, each.version, each.filename)}#md5={each.md5}"
        lines.append(f'  <a href="{target}" rel="internal"{python}>{each.filename}</a><br/>\n')
    return _page(f"Links for {shown.normalized}", "".join(lines))


def file(exchange: Exchange, filename: str) -> AnyResponse:
    """Return a file."""
    stored = file_named(exchange, filename)
    return _error(404, "") if stored is None else send(exchange, stored.path)


def missing(_exchange: Exchange) -> Response:
    """Respond at any other address."""
    return _error(404, "")


def _path(name: str, version: str, filename: str) -> str:
    return f"packages/{normalized(name)}/{version}/{filename}"


def _page(title: str, links: str) -> Response:
    head = f'<html lang="en">\n<head><title>{title}</title>\n  <meta name="api-version" value="2"/>\n</head>\n'
    return Response(200, "OK", (HTML,), f"{head}<body><h1>{title}</h1>\n{links}</body>\n</html>\n".encode())


def _error(status: int, message: str) -> Response:
    """Return a page about an error; the message, if there is one, is the reason of the status line too."""
    title = f"{status} - Nexus Repository"
    words = html.escape(message or TITLES[status])
    page = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><p>{words}</p></body></html>\n"
    return Response(status, message or TITLES[status], (HTML,), page.encode())


ROUTES = (
    address(rf"/repository/{REPOSITORY}/?", upload, ("POST",)),
    address(rf"/repository/{REPOSITORY}/simple/?", simple),
    address(rf"/repository/{REPOSITORY}/simple/(?P<name>[^/]+)/?", project),
    address(rf"/repository/{REPOSITORY}/packages/[^/]+/[^/]+/(?P<filename>[^/]+)", file),
    address(".*", missing, None),
)
"""The addresses of the repository."""
