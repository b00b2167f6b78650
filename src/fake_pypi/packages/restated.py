"""The same distribution with other metadata: what a build backend would have written for another project."""

from __future__ import annotations

import email
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from email.message import Message

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.build_backend import Member, record_line, tar_gz_bytes, zip_bytes
from fake_pypi.packages.metadata import UNREADABLE, metadata_bytes
from fake_pypi.packages.package import Package

HEADER = {"classifiers": "Classifier", "project_urls": "Project-URL"}
"""Core metadata whose field in the upload form is not simply its name."""
FIELDS = frozenset(
    {
        "metadata_version",
        "name",
        "version",
        "dynamic",
        "platform",
        "supported_platform",
        "summary",
        "description",
        "description_content_type",
        "keywords",
        "home_page",
        "download_url",
        "author",
        "author_email",
        "maintainer",
        "maintainer_email",
        "license",
        "license_expression",
        "license_file",
        "classifiers",
        "requires_dist",
        "requires_python",
        "requires_external",
        "project_urls",
        "provides_extra",
        "provides_dist",
        "obsoletes_dist",
        "requires",
        "provides",
        "obsoletes",
    }
)
"""Form fields that publishing tools copy from the metadata."""


def restated(package: Package, fields: Mapping[str, list[str]]) -> Package:
    r"""Return the package with some metadata replaced, named as in the upload form; an empty list removes it.

    >>> from fake_pypi.packages.metadata import read_metadata
    >>> from fake_pypi.packages.wheel import wheel
    >>> read_metadata(restated(wheel("demo"), {"summary": ["Hello"]}))["summary"]
    'Hello'

    `UnreadablePackage` where there is no metadata to replace.
    """
    if not fields:
        return package
    metadata = _written(email.message_from_bytes(metadata_bytes(package)), fields)
    rewrite = _tar_with if package.filename.endswith(".tar.gz") else _zip_with
    try:
        return Package(package.filename, rewrite(package, metadata))
    except UNREADABLE as broken:
        raise UnreadablePackage(package.filename, f"the archive is broken ({broken})") from broken


def _written(message: Message, fields: Mapping[str, list[str]]) -> bytes:
    other = {HEADER.get(name, name.replace("_", "-")).lower(): texts for name, texts in fields.items()}
    body = other.pop("description", None)
    lines = [f"{name}: {value}" for name, value in message.items() if name.lower() not in other]
    lines += [f"{name.title()}: {_folded(text)}" for name, texts in other.items() for text in texts]
    readme = str(message.get_payload()) if body is None else "\n".join(body)
    return ("\n".join(lines) + "\n\n" + readme).encode()


def _folded(text: str) -> str:
    return text.replace("\n", "\n        ")


def _zip_with(package: Package, metadata: bytes) -> bytes:
    with package.open() as file, zipfile.ZipFile(file) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return zip_bytes(_replaced(members, "/METADATA", metadata))


def _tar_with(package: Package, metadata: bytes) -> bytes:
    members: list[Member] = []
    with tarfile.open(fileobj=io.BytesIO(package.read()), mode="r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                members.append((member.name, content.read()))
    return tar_gz_bytes(_replaced(members, "/PKG-INFO", metadata))


def _replaced(members: list[Member], ending: str, metadata: bytes) -> list[Member]:
    """Replace the metadata file in the top folder, and its line in a wheel's RECORD."""
    path = next((name for name, _ in members if name.endswith(ending) and name.count("/") == 1), "")
    line = record_line(path, hashlib.sha256(metadata), len(metadata))
    kept = []
    for name, content in members:
        if name == path:
            kept.append((name, metadata))
        elif name.endswith(".dist-info/RECORD"):
            kept.append((name, _with_line(content.decode(), path, line).encode()))
        else:
            kept.append((name, content))
    return kept


def _with_line(record: str, path: str, line: str) -> str:
    return "".join(line if each.startswith(f"{path},") else each for each in record.splitlines(keepends=True))
