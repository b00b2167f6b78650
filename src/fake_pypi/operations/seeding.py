"""Add files to an index as if they had been uploaded by an authorized user: no rule is checked."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.index.sender import Sender
from fake_pypi.operations.file_storage import UPLOAD_PREFIX, FileStorage
from fake_pypi.operations.permissions import changes
from fake_pypi.operations.uploading import store
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields
from fake_pypi.rules.upload import FilePart, Form, Upload

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.operations.actor import Administrator
    from fake_pypi.packages.package import Package


def seed(index: Index, actor: Administrator, package: Package, owner: User | None, *, files: FileStorage) -> None:
    """Add one package; a new project belongs to `owner`. A file name that is in use raises `UsageError`."""
    part = _spooled(package, files.spool)
    try:
        fields = form_fields(package)
    except UnreadablePackage:
        fields = bare_form_fields(package)
    received = Upload(Form((*fields, ("content", part))), Sender(user=owner))
    try:
        with changes(index, actor):
            received.project = index.projects.get(received.name)
            store(index, received, files)
    except sqlite3.IntegrityError:
        raise UsageError(
            f"{package.filename} (or another file with the same bytes) is on the index already", "add it once"
        ) from None
    finally:
        part.path.unlink(missing_ok=True)


def _spooled(package: Package, spool: Path) -> FilePart:
    content = package.read()
    handle, path = tempfile.mkstemp(dir=spool, prefix=UPLOAD_PREFIX)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return FilePart(
        package.filename,
        "application/octet-stream",
        Path(path),
        len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
        blake2_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
    )
