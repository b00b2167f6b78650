"""One upload through HTTP and the rules, as a publishing tool does it."""

from __future__ import annotations

import json
import uuid
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.metadata import bare_form_fields, form_fields

if TYPE_CHECKING:
    from fake_pypi.packages.package import Package

BLOCK = 1 << 18


def upload(url: str, package: Package, secret: str) -> tuple[int, str]:
    """Send a package to an upload address; return the status and PyPI's words.

    A connection that is closed without an answer is status 0.
    """
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port or 80)
    head, tail = _around(package, boundary := uuid.uuid4().hex)
    headers = {
        "Accept": "application/json",
        "Authorization": "Basic " + b64encode(f"__token__:{secret}".encode()).decode(),
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + package.size + len(tail)),
        "User-Agent": "fake-pypi",
    }
    try:
        connection.request("POST", address.path, _body(head, package, tail), headers)
        return _words(connection.getresponse())
    except (ConnectionError, BrokenPipeError) as gone:
        return 0, f"the connection was closed without an answer ({type(gone).__name__})"
    finally:
        connection.close()


def _around(package: Package, boundary: str) -> tuple[bytes, bytes]:
    try:
        fields = form_fields(package)
    except UnreadablePackage:
        fields = bare_form_fields(package)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    file = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="content"; filename="{package.filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return ("".join(parts) + file).encode(), f"\r\n--{boundary}--\r\n".encode()


def _body(head: bytes, package: Package, tail: bytes) -> Iterator[bytes]:
    yield head
    with package.open() as file:
        yield from iter(lambda: file.read(BLOCK), b"")
    yield tail


def _words(response: HTTPResponse) -> tuple[int, str]:
    body = response.read()
    try:
        message = str(json.loads(body)["code"]).partition(" ")[2]
    except (ValueError, KeyError, TypeError):
        message = response.reason
    return response.status, message
