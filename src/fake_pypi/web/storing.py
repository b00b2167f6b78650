"""Keeping an accepted upload: rows and file together, or neither."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.index.releases import FileRow
from fake_pypi.rules.attestation import provenance_of

if TYPE_CHECKING:
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.rules.upload import FilePart, Upload
    from fake_pypi.web.instance import Instance


def store(instance: Instance, upload: Upload) -> FileRow:
    """Put the upload's file into the index; project and release are made when they are new.

    The file is renamed into place before the rows are committed: a crash leaves a file without a row, which the
    next start removes, never a row without a file. A file name that is taken is `sqlite3.IntegrityError`; an upload
    that nothing could be made of, because rules that would have rejected it were left out, is a `UsageError`.
    """
    part = upload.file
    if part is None or not _is_plain(upload.filename):
        raise UsageError("an upload has no file, or one without a plain name", "leave fewer rules out")
    path = path_of(part, upload.filename)
    with instance.index.db.transaction():
        project = _project(instance, upload)
        release = _release(instance, upload, project)
        metadata = _core_metadata(upload)
        file = replace(
            _row(upload, part, release, metadata),
            uploaded=instance.index.clock.timestamp(),
            provenance=provenance_of(upload, instance.index),
        )
        instance.index.releases.add_file(project, release, file, metadata)
        instance.index.db.on_rollback(lambda: instance.engine.remove(path))
        instance.engine.put(path, part.path)
    return file


def path_of(part: FilePart, filename: str) -> str:
    """Return where PyPI keeps such a file below /packages/: the BLAKE2 digest in three pieces, then the name."""
    digest = part.blake2_256
    return f"{digest[:2]}/{digest[2:4]}/{digest[4:]}/{filename}"


def _project(instance: Instance, upload: Upload) -> ProjectRow:
    existing = instance.index.projects.get(upload.name)
    if existing is not None:
        return instance.index.projects.spell(existing, upload.name)
    creator = upload.sender.user
    project = instance.index.projects.create(upload.name, creator, sender=upload.sender.name)
    instance.index.publishers.drop_pending_of_others(project, creator.id if creator else None)
    return project


def _release(instance: Instance, upload: Upload, project: ProjectRow) -> ReleaseRow:
    version = str(upload.version or upload.text("version"))
    existing = instance.index.releases.get(project, version)
    if existing is not None:
        return existing
    return instance.index.releases.create(project, version, upload.metadata.as_release(), upload.sender.name)


def _core_metadata(upload: Upload) -> bytes | None:
    from fake_pypi.errors import UnreadablePackage
    from fake_pypi.packages.metadata import metadata_bytes
    from fake_pypi.packages.package import Package

    if not upload.is_wheel or upload.file is None:
        return None
    try:
        return metadata_bytes(Package(upload.filename, source=upload.file.path))
    except UnreadablePackage:
        return None


def _is_plain(filename: str) -> bool:
    return filename not in {"", ".", ".."} and not {"/", "\\", "\0"} & set(filename)


def _row(upload: Upload, part: FilePart, release: ReleaseRow, metadata: bytes | None) -> FileRow:
    return FileRow(
        project=release.project,
        release=release.id,
        filename=upload.filename,
        packagetype=upload.filetype,
        python_version=upload.python_version,
        requires_python=release.metadata.get("requires_python"),  # PyPI shows what the release's first file said
        size=part.size,
        md5=part.md5,
        sha256=part.sha256,
        blake2_256=part.blake2_256,
        path=path_of(part, upload.filename),
        uploaded=0.0,
        sender=upload.sender.name,
        metadata_sha256=None if metadata is None else hashlib.sha256(metadata).hexdigest(),
        comment=upload.comment,
    )
