"""The example of a rule, acted out against an index: its state, its sender, its file, its request.

>>> with FakePyPI() as pypi:  # doctest: +SKIP
...     scene = Scene(pypi, rule.example(), folder)
...     scene.send_by_hand().rule
"""

from __future__ import annotations

import secrets
import uuid
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.packages.restated import FIELDS, restated
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.upload import FilePart, Form

if TYPE_CHECKING:
    from fake_pypi.fake.pypi import FakePyPI
    from fake_pypi.index import Index
    from fake_pypi.index.macaroons import Token
    from fake_pypi.index.publishers import Publisher
    from fake_pypi.index.sender import Sender
    from fake_pypi.packages.package import Package
    from fake_pypi.rules.rule_set import Example

TOKEN_USER = "__token__"  # noqa: S105 - the user name that goes with every token
LONGEST_NAME = 255  # bytes that file systems allow


@dataclass(frozen=True)
class Credentials:
    """A user name and a password, or what stands in their place; kept out of the repr."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Answered:
    """What came back: status 0 is a connection that was closed. `rule` is None if the upload was taken in."""

    status: int
    words: str
    rule: str | None


class Scene:
    """An index in the state that an example needs, with the sender's credentials. `folder` keeps the file."""

    def __init__(self, pypi: FakePyPI, example: Example, folder: Path) -> None:
        self.pypi = pypi
        self.example = example
        upload = upload_of(example, pypi.index, folder)
        self._form = upload.form
        self.credentials = credentials_of(example.sender, upload.sender, pypi.index)

    @cached_property
    def package(self) -> Package | None:
        """The distribution file for which a publishing tool would send this very form; None if there is none."""
        said = {name: _texts(value) for name, value in self.example.form.items()}
        if not set(said) <= FIELDS or not set(self.example.file) <= {"filename"}:
            return None
        try:
            package = restated(self.example.package, said)
        except UnreadablePackage:
            return None
        return package.renamed(self.example.file.get("filename", package.filename))

    def write_package(self, folder: Path) -> Path | None:
        """Write that file for a real tool to upload; None where no file can do it."""
        package = self.package
        if package is None or len(package.filename.encode()) > LONGEST_NAME:
            return None
        try:
            return package.write_to(folder)
        except (UsageError, OSError, TypeError):  # no name that a file can have here
            return None

    def send_by_hand(self) -> Answered:
        """Send the request as no tool would have to, and return the answer."""
        before = self.pypi.requests.total
        status, words = _post(self.pypi, self._form, self.credentials)
        answered = self.pypi.requests.after(before)
        return Answered(status, words, answered[-1].rule if answered else None)


def credentials_of(name: str, sender: Sender, index: Index) -> Credentials:
    """Return what the sender of an example would show; `name` as in `rules.examples.sender_named`."""
    if sender.problem == "missing":
        return Credentials(TOKEN_USER, "")
    if sender.problem == "password":
        return Credentials("maintainer", secrets.token_hex())
    if sender.publisher is not None:
        return Credentials(TOKEN_USER, _token_of_publisher(sender.publisher, index).secret)
    if sender.raw:
        return Credentials(TOKEN_USER, sender.raw)
    token = index.tokens.mint(sender.user or index.accounts.add(f"{name}-once"))
    if sender.problem == "unknown":
        index.tokens.revoke(token)
    return Credentials(TOKEN_USER, token.secret)


def _token_of_publisher(publisher: Publisher, index: Index) -> Token:
    """Register the workflow for every project; where there is none, for one, as each publisher has one."""
    projects = index.projects.all() or [index.projects.create("another-project", index.accounts.add("octo"))]
    trusted = [index.publishers.add(publisher.kind, publisher.facts, project) for project in projects]
    return index.tokens.mint_for_publisher(trusted[-1], {})


def _texts(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _post(pypi: FakePyPI, form: Form, credentials: Credentials) -> tuple[int, str]:
    boundary = uuid.uuid4().hex
    headers = {
        "Accept": "text/plain",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "User-Agent": "fake-pypi",
    }
    if credentials.password:
        shown = b64encode(f"{credentials.user}:{credentials.password}".encode()).decode()
        headers["Authorization"] = f"Basic {shown}"
    connection = HTTPConnection(pypi.host, pypi.port)
    try:
        connection.request("POST", "/legacy/", b"".join(_body(form, boundary)), headers)
        response = connection.getresponse()
        response.read()
        return response.status, response.reason
    except (HTTPException, OSError):
        return 0, "the connection was closed without an answer"
    finally:
        connection.close()


def _body(form: Form, boundary: str) -> Iterator[bytes]:
    for name, value in form.fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, FilePart):
            if value.filename is not None:
                escaped = value.filename.replace("\\", "\\\\").replace('"', '\\"')
                head += f'; filename="{escaped}"'
            if value.content_type is not None:
                head += f"\r\nContent-Type: {value.content_type}"
            content = value.path.read_bytes()
        else:
            content = value.encode()
        yield head.encode() + b"\r\n\r\n" + content + b"\r\n"
    yield f"--{boundary}--\r\n".encode()
