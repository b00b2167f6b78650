"""Upload over HTTP as a publishing tool does: a multipart form in one POST request."""

from __future__ import annotations

import json
import uuid
from base64 import b64encode
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from fake_pypi.index.sender import TOKEN_USER
from fake_pypi.packages.package import Package
from fake_pypi.rules.examples import sent_by_twine
from fake_pypi.rules.upload import FilePart

BLOCK = 1 << 18  # bytes


Field = tuple[str, str | FilePart | Package]
"""A field of a form: its name, and a text or a file."""


def upload(url: str, package: Package, secret: str, *, user: str = TOKEN_USER) -> tuple[int, str]:
    """Send a package to an upload address with a token or a user's password; return the status and the message.

    A connection that is closed without a response is status 0.
    """
    fields: list[Field] = [*sent_by_twine(package), ("content", package)]
    return post(url, fields, user, secret, accept="application/json")


def post(url: str, fields: Iterable[Field], user: str, password: str, *, accept: str = "text/plain") -> tuple[int, str]:
    """Send a form to an upload address; return the status (0 without a response) and the server's message.

    Without a password no credentials are sent.
    """
    boundary = uuid.uuid4().hex
    parts = [(_head(name, value, boundary), value) for name, value in fields]
    end = f"--{boundary}--\r\n".encode()
    headers = {
        "Accept": accept,
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(sum(len(head) + _size(value) + 2 for head, value in parts) + len(end)),
        "User-Agent": "fake-pypi",
    }
    if password:
        headers["Authorization"] = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port or 80)
    try:
        connection.request("POST", address.path, _body(parts, end), headers)
        return _message(connection.getresponse())
    except (HTTPException, OSError):
        return 0, "the connection was closed without a response"
    finally:
        connection.close()


def _head(name: str, value: str | FilePart | Package, boundary: str) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    filename = None if isinstance(value, str) else value.filename
    content_type = value.content_type if isinstance(value, FilePart) else "application/octet-stream"
    if filename is not None:
        escaped = filename.replace("\\", "\\\\").replace('"', '\\"')
        head += f'; filename="{escaped}"'
    if not isinstance(value, str) and content_type is not None:
        head += f"\r\nContent-Type: {content_type}"
    return f"{head}\r\n\r\n".encode()


def _size(value: str | FilePart | Package) -> int:
    if isinstance(value, str):
        return len(value.encode())
    return value.path.stat().st_size if isinstance(value, FilePart) else value.size


def _body(parts: Iterable[tuple[bytes, str | FilePart | Package]], end: bytes) -> Iterator[bytes]:
    """Yield the body in large blocks, each of which is sent by itself."""
    text = bytearray()
    for head, value in parts:
        text += head
        if isinstance(value, str):
            text += value.encode()
        else:
            yield bytes(text)
            with value.open() as file:
                yield from iter(lambda: file.read(BLOCK), b"")
            text.clear()
        text += b"\r\n"
    yield bytes(text) + end


def _message(response: HTTPResponse) -> tuple[int, str]:
    """Return the status, and the message in the JSON body or in the status line."""
    body = response.read()
    try:
        message = str(json.loads(body)["code"]).partition(" ")[2]
    except (ValueError, KeyError, TypeError):
        message = response.reason
    return response.status, message
