"""The requests that were sent to another server when its answers were recorded, in their order.

Every step is sent to a server with one user, and changes what later steps meet: `upload` comes before `same again`.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from base64 import b64encode
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

METADATA = "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\nRequires-Python: >=3.8\n"
JSON = "application/vnd.pypi.simple.v1+json"
TWINE, OTHER = "twine/6.2.0 CPython/3.11", "uv/0.9.0"


def wheel(code: bytes = b"") -> bytes:
    """Return a wheel whose bytes are the same at every call with the same code."""
    buffer = io.BytesIO()
    members: dict[str, str | bytes] = {
        "demo/__init__.py": code,
        "demo-1.0.dist-info/METADATA": METADATA,
        "demo-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "demo-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Step:
    """One request. `path` is below the upload address ("upload"), below the simple pages ("simple") or absolute."""

    label: str
    method: str = "POST"
    base: str = "upload"
    path: str = ""
    credentials: str = "right"
    client: str = OTHER
    accept: str = "*/*"
    filename: str | None = "demo-1.0-py3-none-any.whl"
    content: bytes = b""
    fields: dict[str, str | None] = field(default_factory=dict)


def other_file(version: str, **fields: str | None) -> dict[str, Any]:
    """Return what distinguishes the upload of another version."""
    filename = f"demo-{version}-py3-none-any.whl"
    return {"filename": filename, "content": wheel(filename.encode()), "fields": {"version": version, **fields}}


CREDENTIALS = [
    Step(f"{credentials} credentials, as {client.partition('/')[0]}", credentials=credentials, client=client)
    for client in (OTHER, TWINE)
    for credentials in ("no", "wrong", "unknown")
]
DUPLICATES = [
    Step(f"{label}, as {client.partition('/')[0]}", client=client, content=content)
    for client in (OTHER, TWINE)
    for label, content in (("same again", wheel()), ("other content", wheel(b"x=1")))
]
UPLOADS = [
    Step("missing repository", base="missing"),
    Step("no file", filename=None),
    Step("no name", fields={"name": None}, filename="demo-0.9-py3-none-any.whl", content=wheel(b"0.9")),
    Step("upload", content=wheel()),
    *DUPLICATES,
    Step("wrong digest", **other_file("1.1", sha256_digest="0" * 64, md5_digest="0" * 32)),
    Step("another name", filename="other-1.0-py3-none-any.whl", content=wheel(b"other")),
    Step("no version", **other_file("1.2") | {"fields": {"version": None}}),
    Step("no requires_python", **other_file("1.3", requires_python=None)),
    Step("odd file name", filename="hello.txt", content=b"hello"),
    Step("empty action", **other_file("1.4") | {"fields": {"version": "1.4", ":action": ""}}),
    Step("action submit", fields={":action": "submit"}, content=wheel()),
    Step("unknown action", fields={":action": "nothing"}, content=wheel()),
]
PAGES = [
    Step("simple", "GET", "simple"),
    Step("simple as JSON", "GET", "simple", accept=JSON),
    Step("simple without credentials", "GET", "simple", credentials="no"),
    Step("project", "GET", "simple", "demo/"),
    Step("project as JSON", "GET", "simple", "demo/", accept=JSON),
    Step("project without a slash", "GET", "simple", "demo"),
    Step("project by another spelling", "GET", "simple", "Demo/"),
    Step("missing project", "GET", "simple", "missing/"),
    Step("missing project as JSON", "GET", "simple", "missing/", accept=JSON),
    Step("upload address in a browser", "GET"),
]
STEPS = [*CREDENTIALS, *UPLOADS, *PAGES]


@dataclass(frozen=True)
class Server:
    """Where a server is: its addresses without a slash at the end, a user and the password."""

    upload: str
    simple: str
    missing: str
    user: str
    password: str


def send(server: Server, step: Step) -> dict[str, Any]:
    """Send one request; return status, reason, the headers that count, and the body."""
    url = {"upload": server.upload, "simple": server.simple, "missing": server.missing}[step.base] + step.path
    parts = urlsplit(url)
    headers = {"User-Agent": step.client, "Accept": step.accept}
    credentials = {
        "right": (server.user, server.password),
        "wrong": (server.user, "wrong"),
        "unknown": ("nobody", server.password),
    }.get(step.credentials)
    if credentials:
        headers["Authorization"] = "Basic " + b64encode(":".join(credentials).encode()).decode()
    body = None
    if step.method == "POST":
        boundary = uuid.uuid4().hex
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        body = _form(step, boundary)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(step.method, parts.path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        kept = {name: answer.getheader(name) for name in ("Content-Type", "WWW-Authenticate", "Location")}
    finally:
        connection.close()
    host = f"{parts.scheme}://{parts.netloc}"
    return {
        "status": answer.status,
        "reason": answer.reason,
        "headers": {name: value.replace(host, "BASE") for name, value in kept.items() if value},
        "body": text.replace(host, "BASE"),
    }


def _form(step: Step, boundary: str) -> bytes:
    digests = {
        "sha256_digest": hashlib.sha256(step.content).hexdigest(),
        "md5_digest": hashlib.md5(step.content, usedforsecurity=False).hexdigest(),
    }
    fields: dict[str, str | None] = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.1",
        "name": "Demo",
        "version": "1.0",
        "filetype": "bdist_wheel",
        "pyversion": "py3",
        "requires_python": ">=3.8",
        **digests,
        **step.fields,
    }
    lines = []
    for name, value in fields.items():
        if value is not None:
            lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    if step.filename is not None:
        head = f'Content-Disposition: form-data; name="content"; filename="{step.filename}"'
        head += "\r\nContent-Type: application/octet-stream"
        lines += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), step.content, b"\r\n"]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()])
