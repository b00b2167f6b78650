"""pypiserver: its own code responds to every request; only its packages and its users are those of the index."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fake_pypi.errors import StorageError
from fake_pypi.index.sender import Sender
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.deletion import delete
from fake_pypi.operations.file_storage import UPLOAD_PREFIX
from fake_pypi.rules.upload import FilePart, Form
from fake_pypi.web.digests import Digests
from fake_pypi.web.other_servers.packages import ReceivedUpload, store, user_with
from fake_pypi.web.responses import Header, StreamedResponse
from fake_pypi.web.routing import ANYWHERE, Route

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

BLOCK = 1 << 18  # bytes read at once


@dataclass
class IndexPackages:
    """The packages of an index, as pypiserver sees them during one request."""

    exchange: Exchange

    def files(self) -> Iterable[tuple[str, Path]]:
        """Return the name of each file, and where its bytes are."""
        folder = self.exchange.instance.files
        return [(path.rpartition("/")[2], folder / path) for path in sorted(self.exchange.index.releases.sizes())]

    def add(self, name: str, version: str, filename: str, stream: BinaryIO, form: Iterable[tuple[str, str]]) -> None:
        """Store a file under the name and the version that pypiserver reads from its file name."""
        part = self._spooled(filename, stream)
        texts = tuple(form)
        self.exchange.form, self.exchange.filename = texts, filename
        try:
            upload = ReceivedUpload(Form((*texts, ("content", part))), part)
            if store(self.exchange, upload, name=name, version=version) is None:
                raise StorageError(f"the bytes of {filename} are stored under another name", "change the file")
        finally:
            part.path.unlink(missing_ok=True)

    def remove(self, filename: str) -> None:
        """Remove a file, which pypiserver does at the action `remove_pkg`."""
        instance = self.exchange.instance
        delete(instance.index, ADMINISTRATOR, filename=filename, files=instance)

    def has_user(self, name: str, password: str) -> bool:
        """Return whether there is a user with this password, and note who sends the request."""
        user = user_with(self.exchange, name, password)
        if user is not None:
            self.exchange.sender = Sender(user)
        return user is not None

    def _spooled(self, filename: str, stream: BinaryIO) -> FilePart:
        handle, name = tempfile.mkstemp(dir=self.exchange.instance.spool, prefix=UPLOAD_PREFIX)
        digests, size = Digests(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                while block := stream.read(BLOCK):
                    size += len(block)
                    digests.update(block)
                    file.write(block)
        except BaseException:
            digests.abandon()
            raise
        return FilePart(filename, None, Path(name), size, **digests.finish())


def respond(exchange: Exchange) -> StreamedResponse:
    """Return what pypiserver responds."""
    from fake_pypi.web.engine import whole_site  # pypiserver takes a tenth of a second

    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[Header], _exc_info: object = None) -> Any:
        started.update(status=status, headers=headers)

    body = whole_site(IndexPackages(exchange), exchange.environ, start_response)
    return StreamedResponse(started["status"], tuple(started["headers"]), body)


ROUTES = (Route(".*", respond, on=ANYWHERE, methods=None, checks_request=False),)
"""pypiserver has every address."""
