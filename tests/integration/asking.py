"""Send requests to the WSGI application of an index, without a socket."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from fake_pypi.errors import CloseConnection
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields
from fake_pypi.web.application import Application

if TYPE_CHECKING:
    from fake_pypi.packages.package import Package
    from fake_pypi.web.instance import Instance

BOUNDARY = "frontier"


@dataclass
class Answered:
    """What came back: status 0 when the application hung up."""

    status: int
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(instance: Instance, method: str, path: str, body: bytes | BinaryIO = b"", **environ: Any) -> Answered:
    """Ask one question; keys such as HTTP_ACCEPT or CONTENT_TYPE go into the WSGI environment."""
    said: list[Any] = []
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    path, _, query = path.partition("?")
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": stream,
        **{name: value for name, value in environ.items() if value is not None},
    }

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
        said[:] = [status, dict(headers)]

    try:
        chunks: Iterable[bytes] = Application(instance)(asked, start_response)
    except CloseConnection:
        return Answered(0)
    try:
        content = b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()
    number, _, reason = said[0].partition(" ")
    return Answered(int(number), reason, said[1], content)


def basic(secret: str) -> str:
    """Return the header that carries a token."""
    return "Basic " + b64encode(f"__token__:{secret}".encode()).decode()


def new_token(instance: Instance, name: str = "maintainer") -> str:
    """Return an account-wide token of a user, who is added if there is none of that name."""
    user = instance.index.accounts.get(name) or instance.index.accounts.add(name)
    return instance.index.tokens.mint(user).secret


def upload(
    instance: Instance, package: Package, token: str, *, more: Iterable[tuple[str, str]] = (), **environ: Any
) -> Answered:
    """Send a package as twine does, with more fields if need be."""
    body = upload_body(package, more)
    headers = {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": str(len(body))}
    return ask(instance, "POST", "/legacy/", body, **{"HTTP_AUTHORIZATION": basic(token), **headers, **environ})


def upload_body(package: Package, more: Iterable[tuple[str, str]] = ()) -> bytes:
    """Return the multipart body that carries a package."""
    try:
        fields = form_fields(package)
    except Exception:  # noqa: BLE001 - whatever cannot be read is sent as it is
        fields = bare_form_fields(package)
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (*fields, *more)
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="{package.filename}"\r\n\r\n'
    return "".join([*parts, file]).encode() + package.read() + f"\r\n--{BOUNDARY}--\r\n".encode()


def everything_in(instance: Instance) -> tuple[dict[str, list[tuple[Any, ...]]], list[str]]:
    """Return every row that an upload could write, and every file that it could leave."""
    tables = ("projects", "roles", "releases", "files", "core_metadata", "used_filenames", "journal")
    rows = {table: [tuple(row) for row in instance.index.db.rows(f"SELECT * FROM {table}")] for table in tables}
    files = [each.name for folder in (instance.spool, instance.files) for each in folder.rglob("*") if each.is_file()]
    return rows, files
