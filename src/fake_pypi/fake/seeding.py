"""Putting a package into an index without asking the rules."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.index.sender import Sender
from fake_pypi.packages.metadata import bare_form_fields, form_fields
from fake_pypi.rules.upload import FilePart, Form, Upload
from fake_pypi.web.data_folder import UPLOAD_PREFIX
from fake_pypi.web.digests import Digests
from fake_pypi.web.storing import store

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.packages.package import Package
    from fake_pypi.web.instance import Instance


def seed(instance: Instance, package: Package, owner: User | None) -> None:
    """Keep one package as if it had been uploaded long ago; a file name that is taken is a `UsageError`."""
    content = package.read()
    handle, place = tempfile.mkstemp(dir=instance.spool, prefix=UPLOAD_PREFIX)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    spooled = Path(place)
    digests = Digests()
    digests.update(content)
    part = FilePart(package.filename, "application/octet-stream", spooled, package.size, **digests.finish())
    fields: list[tuple[str, str | FilePart]] = [*_form(package), ("content", part)]
    try:
        store(instance, Upload(Form(tuple(fields)), Sender(user=owner)))
    except sqlite3.IntegrityError:
        raise UsageError(
            f"{package.filename} (or another file with the same bytes) is on the index already", "add it once"
        ) from None
    finally:
        spooled.unlink(missing_ok=True)


def _form(package: Package) -> list[tuple[str, str]]:
    try:
        return form_fields(package)
    except UnreadablePackage:
        return bare_form_fields(package)
