"""How large a file and a project may be."""

from __future__ import annotations

from fake_pypi.index import Index
from fake_pypi.index.admin_settings import GIB, MIB
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

BLOCK = 8096
"""Bytes that the real server reads at once; after each block it checks both limits, the file's first."""


def file_limit(upload: Upload, index: Index) -> int:
    """Return the limit of this file in bytes: the index's, or the project's own if that is larger."""
    own = upload.project.file_size_limit if upload.project else None
    return max(index.limits.file_size, own or 0)


def project_limit(upload: Upload, index: Index) -> int:
    """Return the limit of all files of the project together in bytes, by the larger of both limits."""
    own = upload.project.total_size_limit if upload.project else None
    return max(index.limits.project_size, own or 0)


def room_left(upload: Upload, index: Index) -> int:
    """Return the bytes that the project may still grow; below zero if its limit was lowered."""
    used = upload.project.total_size if upload.project else 0
    return project_limit(upload, index) - used


class FileTooLarge(Rule):
    """The file is larger than the limit of this project: 100 MB unless PyPI granted more.

    The limit can be raised for one project; the form for it is linked in the message.
    """

    id = "file-too-large"
    message_template = (
        "File too large. Limit for project {name!r} is {limit} MB. See https://docs.pypi.org/"
        "project-management/storage-limits#requesting-a-file-size-limit-increase for more information."
    )
    remedy = "Leave test data and debug symbols out, split the wheels, or ask PyPI for a higher limit."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("limits/one-over")
    unknown_offline = "whether PyPI granted the project a higher size limit"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        limit = file_limit(upload, index)
        if upload.file is None or upload.file.size <= limit:
            return None
        if room_left(upload, index) // BLOCK < limit // BLOCK:
            return None
        return self.reject(name=upload.name, limit=limit // MIB)

    def example(self) -> Example:
        """Lower the limit to one byte, which is quicker than sending 100 MB."""
        return Example(wheel("demo"), prepare=_one_byte_a_file)


class ProjectTooLarge(Rule):
    """All files of the project together are larger than its limit: 10 GB unless PyPI granted more.

    Yanked releases count, deleted ones do not. Projects with nightly wheels reach the limit first.
    """

    id = "project-too-large"
    message_template = (
        "Project size too large. Limit for project {name!r} total size is {limit} GB. "
        "See https://docs.pypi.org/project-management/storage-limits#requesting-a-project-size-limit-increase"
    )
    remedy = "Delete old releases that are not needed, or ask PyPI for a higher limit."
    source = warehouse("forklift/legacy.py", "file_upload")
    unknown_offline = "how much of its total size limit the project has used"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.file is None or upload.file.size == 0 or upload.file.size <= room_left(upload, index):
            return None
        return self.reject(name=upload.name, limit=project_limit(upload, index) // GIB)

    def example(self) -> Example:
        """Lower the limit of the whole project to one byte."""
        return Example(wheel("demo"), prepare=_one_byte_a_project)


def _one_byte_a_file(index: Index) -> None:
    index.limits.file_size = 1


def _one_byte_a_project(index: Index) -> None:
    index.limits.project_size = 1
