"""Reproduce the example of a rule with an index: its state, its sender, its file, its request.

>>> from fake_pypi import FakePyPI, reproduce
>>> with FakePyPI() as pypi:
...     reproduce(pypi, "duplicate-file").rule
'duplicate-file'
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.fake.http_upload import post
from fake_pypi.index.sender import TOKEN_USER
from fake_pypi.operations import projects, publishers, token_exchange, tokens, users
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.packages.metadata_rewriting import METADATA_FORM_FIELDS, rewrite_metadata
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.rules_by_date import example_on
from fake_pypi.temporary import process_folder

if TYPE_CHECKING:
    from fake_pypi.fake.pypi import FakePyPI
    from fake_pypi.index import Index
    from fake_pypi.index.macaroons import Token
    from fake_pypi.index.publishers import Publisher
    from fake_pypi.index.sender import Sender
    from fake_pypi.packages.package import Package
    from fake_pypi.rules.rule_set import Example

LONGEST_NAME = 255  # bytes that file systems allow


@dataclass(frozen=True)
class Login:
    """The user name and the password of a request; the password is not in the repr."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class UploadResponse:
    """The response to an upload: status 0 is a connection that was closed. `rule` is None if it was accepted."""

    status: int
    message: str
    rule: str | None


def reproduce(pypi: FakePyPI, rule_id: str) -> UploadResponse:
    """Send the example of a rule to an index, and return the response: `.status`, `.message`, `.rule`.

    The index is brought into the state in which the rule applies, so it is no longer empty afterwards. Raises
    `UnknownRule` if the rule set of the index has no such rule, and `NoExample` if the rule has none.
    """
    with tempfile.TemporaryDirectory(dir=process_folder()) as folder:
        return Reproduction(pypi, example_on(pypi.rules[rule_id]), Path(folder)).send()


class Reproduction:
    """An index in the state that an example needs, with the sender's credentials. `folder` is for the file."""

    def __init__(self, pypi: FakePyPI, example: Example, folder: Path) -> None:
        self.pypi = pypi
        self.example = example
        upload = upload_of(example, pypi.index, folder)
        self._form = upload.form
        self.credentials = credentials_of(example.sender, upload.sender, pypi.index)

    @cached_property
    def package(self) -> Package | None:
        """The distribution file for which a publishing tool would send this very form; None if there is none."""
        fields = {name: _texts(value) for name, value in self.example.form.items()}
        if not set(fields) <= METADATA_FORM_FIELDS or not set(self.example.file) <= {"filename"}:
            return None
        try:
            package = rewrite_metadata(self.example.package, fields)
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

    def send(self) -> UploadResponse:
        """Send the request itself, without a publishing tool, and return the response."""
        before = self.pypi.requests.total
        login = self.credentials
        status, message = post(self.pypi.upload_url, self._form.fields, login.user, login.password)
        requests = self.pypi.requests.after(before)
        return UploadResponse(status, message, requests[-1].rule if requests else None)


def credentials_of(name: str, sender: Sender, index: Index) -> Login:
    """Return the credentials that the sender of an example sends; `name` as in `rules.examples.sender_named`."""
    if sender.problem == "missing":
        return Login(TOKEN_USER, "")
    if sender.problem in {"password", "wrong-password"}:
        return Login("maintainer", secrets.token_hex())
    if sender.by_password and sender.user is not None:
        password = secrets.token_hex()
        users.set_password(index, ADMINISTRATOR, sender.user, password)
        return Login(sender.user.name, password)
    if sender.publisher is not None:
        return Login(TOKEN_USER, _token_of_publisher(sender.publisher, index).secret)
    if sender.raw:
        return Login(TOKEN_USER, sender.raw)
    owner = sender.user or users.add(index, ADMINISTRATOR, f"{name}-once")
    token = tokens.create(index, ADMINISTRATOR, owner)
    if sender.problem == "unknown":
        tokens.remove(index, ADMINISTRATOR, token)
    return Login(TOKEN_USER, token.secret)


def _token_of_publisher(publisher: Publisher, index: Index) -> Token:
    """Register the publisher for every project, and for a new one if there is none; return a token of it."""
    if not index.projects.all():
        projects.create(index, ADMINISTRATOR, "another-project", users.add(index, ADMINISTRATOR, "octo"))
    added = [
        publishers.add(index, ADMINISTRATOR, publisher.kind, publisher.facts, project=project.name)
        for project in index.projects.all()
    ]
    return token_exchange.mint(index, added[-1], {})


def _texts(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value
