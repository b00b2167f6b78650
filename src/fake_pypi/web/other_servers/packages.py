"""What the views of all other servers need: who sends a request, the files that are there, and storing one more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.index.listing import ListedFile, files_of
from fake_pypi.index.sender import ANONYMOUS, Sender, name_and_password
from fake_pypi.operations import users
from fake_pypi.operations.uploading import upload_unjudged
from fake_pypi.rules.upload import FilePart, Form
from fake_pypi.web.responses import AnyResponse, Header, StreamedResponse
from fake_pypi.web.routing import ANYWHERE, Route

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.releases import FileRow
    from fake_pypi.web.exchange import Exchange

WRONG_PASSWORD = Sender(problem="password")


def address(pattern: str, view: Callable[..., AnyResponse], methods: tuple[str, ...] | None = ("GET", "HEAD")) -> Route:
    """Return the route to a view of another server, which is at any host and reads all of a request by itself."""
    return Route(pattern, view, on=ANYWHERE, methods=methods, checks_request=False)


def credentials_of(exchange: Exchange) -> tuple[str, str] | None:
    """Return the user name and the password that a request has; None if it has none that can be read."""
    return name_and_password(str(exchange.environ.get("HTTP_AUTHORIZATION", "")))


def sender_of(exchange: Exchange) -> Sender:
    """Return who sends a request: a user, `ANONYMOUS` without credentials, or `WRONG_PASSWORD`."""
    credentials = credentials_of(exchange)
    if credentials is None:
        return ANONYMOUS
    user = user_with(exchange, *credentials)
    exchange.sender = Sender(user) if user is not None else WRONG_PASSWORD
    return exchange.sender


def user_with(exchange: Exchange, name: str, password: str) -> User | None:
    """Return the user who has this name and this password, or None."""
    return users.with_password(exchange.instance.index, name, password)


@dataclass(frozen=True)
class ReceivedUpload:
    """The form of an upload: its texts, and its file (None if there is none)."""

    form: Form
    file: FilePart | None

    @classmethod
    def of(cls, exchange: Exchange) -> ReceivedUpload:
        """Read the form of a request, and note it for the record."""
        form = exchange.received_form().form
        files = [part for name, part in form.files() if name == "content" and part.filename]
        exchange.form = tuple((name, value) for name, value in form.fields if isinstance(value, str))
        exchange.filename = files[-1].filename if files else None
        return cls(form, files[-1] if files else None)

    def text(self, name: str) -> str:
        """Return the first text of a field, "" without one."""
        return self.form.get(name) or ""


def store(exchange: Exchange, upload: ReceivedUpload, *, name: str, version: str) -> FileRow | None:
    """Store the file of an upload under this name and version; None if a file of its name is there already."""
    rest = [(field, value) for field, value in upload.form.fields if field not in {"name", "version", "attestations"}]
    instance = exchange.instance
    stored = upload_unjudged(
        instance.index,
        exchange.sender,
        Form((("name", name), ("version", version), *rest)),
        files=instance,
        address=str(exchange.environ.get("REMOTE_ADDR", "127.0.0.1")),
        user_agent=str(exchange.environ.get("HTTP_USER_AGENT", "")),
    )
    exchange.stored = stored is not None
    return stored


def file_named(exchange: Exchange, filename: str) -> FileRow | None:
    """Return the file of that name, or None."""
    return exchange.index.releases.file(filename)


def files_of_project(exchange: Exchange, name: str) -> list[ListedFile]:
    """Return the files of a project by their names; none if there is no such project."""
    project = exchange.index.projects.get(name)
    return [] if project is None else sorted(files_of(exchange.index.db, project), key=lambda file: file.filename)


def send(exchange: Exchange, path: str, *headers: Header) -> StreamedResponse:
    """Return a stored file, as pypiserver's code sends it, with more headers."""
    exchange.filename = path.rpartition("/")[2]
    started: dict[str, Any] = {}

    def start_response(status: str, own: list[Header], _exc_info: object = None) -> Any:
        started.update(status=status, headers=own)

    body: Iterable[bytes] = exchange.instance.engine.serve(path, exchange.environ, start_response)
    return StreamedResponse(started["status"], (*started["headers"], *headers), body)
