"""Replace the metadata of a distribution, as if a build backend had written other metadata."""

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
from fake_pypi.packages.distribution_metadata import UNREADABLE, metadata_bytes
from fake_pypi.packages.package import Package

HEADER_NAMES = {"classifiers": "Classifier", "project_urls": "Project-URL"}
"""Core metadata headers whose name differs from the field of the upload form."""
METADATA_FORM_FIELDS = frozenset(
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
"""Fields of the upload form that publishing tools copy from the metadata."""


def rewrite_metadata(package: Package, fields: Mapping[str, list[str]]) -> Package:
    r"""Return a copy of the package in which some metadata fields are replaced.

    The fields have their names in the upload form; an empty list removes a field.

    >>> from fake_pypi.packages.distribution_metadata import read_metadata
    >>> from fake_pypi.packages.wheel import wheel
    >>> read_metadata(rewrite_metadata(wheel("demo"), {"summary": ["Hello"]}))["summary"]
    'Hello'

    Raises `UnreadablePackage` if the metadata cannot be read.
    """
    if not fields:
        return package
    metadata = _replace_fields(email.message_from_bytes(metadata_bytes(package)), fields)
    rewrite = _rewrite_tar if package.filename.endswith(".tar.gz") else _rewrite_zip
    try:
        return Package(package.filename, rewrite(package, metadata))
    except UNREADABLE as broken:
        raise UnreadablePackage(package.filename, f"the archive is broken ({broken})") from broken


def _replace_fields(message: Message, fields: Mapping[str, list[str]]) -> bytes:
    replaced = {HEADER_NAMES.get(name, name.replace("_", "-")).lower(): texts for name, texts in fields.items()}
    body = replaced.pop("description", None)
    lines = [f"{name}: {value}" for name, value in message.items() if name.lower() not in replaced]
    lines += [f"{name.title()}: {_fold(text)}" for name, texts in replaced.items() for text in texts]
    readme = str(message.get_payload()) if body is None else "\n".join(body)
    return ("\n".join(lines) + "\n\n" + readme).encode()


def _fold(text: str) -> str:
    return text.replace("\n", "\n        ")


def _rewrite_zip(package: Package, metadata: bytes) -> bytes:
    with package.open() as file, zipfile.ZipFile(file) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return zip_bytes(_replace_metadata(members, "/METADATA", metadata))


def _rewrite_tar(package: Package, metadata: bytes) -> bytes:
    members: list[Member] = []
    with tarfile.open(fileobj=io.BytesIO(package.read()), mode="r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                members.append((member.name, content.read()))
    return tar_gz_bytes(_replace_metadata(members, "/PKG-INFO", metadata))


def _replace_metadata(members: list[Member], ending: str, metadata: bytes) -> list[Member]:
    """Replace the metadata file in the top folder, and its line in a wheel's RECORD."""
    path = next((name for name, _ in members if name.endswith(ending) and name.count("/") == 1), "")
    line = record_line(path, hashlib.sha256(metadata), len(metadata))
    rewritten = []
    for name, content in members:
        if name == path:
            rewritten.append((name, metadata))
        elif name.endswith(".dist-info/RECORD"):
            rewritten.append((name, _replace_line(content.decode(), path, line).encode()))
        else:
            rewritten.append((name, content))
    return rewritten


def _replace_line(record: str, path: str, line: str) -> str:
    lines = record.splitlines(keepends=True)
    return "".join(line if old.startswith(f"{path},") else old for old in lines)
