"""Upload a file: judge it, store it, write the journal, count what it used of the rate limits."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.index.releases import FileRow
from fake_pypi.operations.readmes import keep_readme
from fake_pypi.rules.attestation import provenance_of
from fake_pypi.rules.description import UnshowableDefaultDescription
from fake_pypi.rules.existing_files import release_of
from fake_pypi.rules.identity import InvalidToken
from fake_pypi.rules.new_project import SimilarName, TooManyNewProjects, creation_limits, is_about_new_projects
from fake_pypi.rules.upload import Upload

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.rate_limits import Limit
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.index.sender import Sender
    from fake_pypi.operations.file_storage import FileStorage
    from fake_pypi.rules.rule_set import RuleSet, Verdict
    from fake_pypi.rules.upload import Form

PROJECT_ENTRIES = 2  # journal entries of a new project


@dataclass(frozen=True)
class Quota:
    """What is left of a limit on new projects: uploads, and seconds until the limit starts again."""

    limit: Limit
    remaining: int
    resets_in: int


@dataclass(frozen=True)
class UploadResult:
    """The verdict on an upload.

    `quotas` are the limits on new projects before the upload was counted; None for an upload that they do not concern.
    """

    upload: Upload
    verdict: Verdict
    quotas: tuple[Quota, ...] | None


def upload(
    index: Index,
    sender: Sender,
    form: Form,
    *,
    rule_set: RuleSet,
    files: FileStorage,
    address: str = "127.0.0.1",
    user_agent: str = "",
) -> UploadResult:
    """Judge an upload, and store its file if no rule rejects it. A rejected one leaves nothing behind.

    `address` is the IP address that the upload comes from, `user_agent` the program that sends it. Judging can take
    long, and other requests continue meanwhile. What they changed in the project, or used up of the quota of new
    projects, is compared in the transaction that stores the file; if it differs, the upload is judged again.
    """
    received = Upload(form, sender, address)
    judged_at = index.db.turn
    received.project = _project_of(received, index)
    verdict = rule_set.judge(received, index)
    if verdict.rejection is None and received.file is not None:
        files.sync(received.file.path)  # takes long for a large file, so outside of the transaction
    try:
        with index.db.transaction():
            if index.db.turn == judged_at + 1:  # nothing was changed but by this transaction
                received.keep_looked_up(index)
            elif _changed_meanwhile(received, verdict, index):
                verdict = rule_set.judge(received, index)
            if verdict.rejection is None:
                store(index, received, files, user_agent)
            return _settled(received, verdict, index)
    except sqlite3.IntegrityError:  # another project got the very same bytes first
        with index.db.transaction():
            verdict = rule_set.judge(received, index)
            if verdict.rejection is None:
                raise
            return _settled(received, verdict, index)


def upload_unjudged(
    index: Index,
    sender: Sender,
    form: Form,
    *,
    files: FileStorage,
    address: str = "127.0.0.1",
    user_agent: str = "",
) -> FileRow | None:
    """Store the file of a form as a server without PyPI's rules does; its name and version are in the form.

    Return None, and store nothing, if a file of that name or with the very same bytes is there already.
    """
    received = Upload(form, sender, address)
    if received.file is None:
        raise UsageError("the form has no file", "send it as the field content")
    files.sync(received.file.path)
    try:
        with index.db.transaction():
            received.project = _project_of(received, index)
            return store(index, received, files, user_agent)
    except sqlite3.IntegrityError:
        return None


def _project_of(received: Upload, index: Index) -> ProjectRow | None:
    return index.projects.get(received.name) if received.name else None


def _changed_meanwhile(received: Upload, verdict: Verdict, index: Index) -> bool:
    """Return whether the project changed, or the limit on new projects was reached, since the upload was judged."""
    judged = received.project
    received.project = _project_of(received, index)
    if received.project != judged:
        return True
    limits = index.rate_limits
    if received.project is not None or not verdict.passed_rule(TooManyNewProjects) or not limits.are_enforced:
        return False
    return any(limits.remaining(limit, key) == 0 for limit, key in creation_limits(received, index))


def _settled(received: Upload, verdict: Verdict, index: Index) -> UploadResult:
    """Record what an accepted or rejected upload used: the token, serials of the journal, the rate limits."""
    if received.sender.token_id is not None and verdict.passed_rule(InvalidToken):
        index.tokens.record_use(received.sender.token_id)
    if verdict.rejection is not None:
        index.journal.skip(_serials_used(received, verdict, index))
    return UploadResult(received, verdict, _counted(received, verdict, index))


def _serials_used(received: Upload, verdict: Verdict, index: Index) -> int:
    """Return how many journal entries PyPI had written when it rejected an upload, and rolled back.

    A new project has two, its creation and its owner; a new release has one.
    """
    project = PROJECT_ENTRIES if received.project is None and verdict.passed_rule(SimilarName) else 0
    new_release = release_of(received, index) is None and verdict.passed_rule(UnshowableDefaultDescription)
    return project + int(new_release)


def _counted(received: Upload, verdict: Verdict, index: Index) -> tuple[Quota, ...] | None:
    """Count a new project against the limits, also when it is rejected later on; return what was left before."""
    if received.project is not None or not verdict.reached(TooManyNewProjects):
        return None
    limits = index.rate_limits
    counts = verdict.rejection is None or not is_about_new_projects(verdict.rejection.rule)
    quotas = []
    for limit, key in creation_limits(received, index):
        quotas.append(Quota(limit, limits.remaining(limit, key), limits.resets_in(limit, key)))
        if counts:
            limits.hit(limit, key)
    return tuple(quotas)


def store(index: Index, received: Upload, files: FileStorage, user_agent: str = "") -> FileRow:
    """Store the file of an upload that was accepted; its project and release are created if they are new.

    `received.project` is the present state of the project.
    The file is renamed into place before the rows are committed: a crash leaves a file without a row, which the
    next start moves aside, never a row without a file. A file name that is in use raises `sqlite3.IntegrityError`, an
    upload that cannot be stored, because rules that would have rejected it were left out, `UsageError`.
    """
    part = received.file
    if part is None or received.filename in {".", ".."} or {"/", "\\", "\0"} & set(received.filename):
        raise UsageError("an upload has no file, or one without a plain name", "leave fewer rules out")
    with index.db.joined_transaction():
        project, new_project = _stored_project(index, received)
        release, new_release = _stored_release(index, received, project)
        metadata = _core_metadata(received)
        file = FileRow(
            project=release.project,
            release=release.id,
            filename=received.filename,
            packagetype=received.filetype,
            python_version=received.python_version,
            requires_python=release.metadata.get("requires_python"),  # PyPI shows that of the release's first file
            size=part.size,
            md5=part.md5,
            sha256=part.sha256,
            blake2_256=part.blake2_256,
            path=path_of(part.blake2_256, received.filename),
            uploaded=index.clock.timestamp(),
            sender=received.sender.name,
            metadata_sha256=None if metadata is None else hashlib.sha256(metadata).hexdigest(),
            provenance=provenance_of(received, index),
            comment=received.comment,
        )
        index.releases.add_file(project, release, file, metadata)
        events = _events(received, project, release, new_project=new_project, new_release=new_release)
        for subject, tag, facts in events:
            index.events.add(subject, tag, ip=received.address, user_agent=user_agent, facts=facts)
        keep_readme(index, release.metadata.get("description"), release.metadata.get("description_content_type"))
        index.db.on_rollback(lambda: files.remove(file.path))
        files.put(file.path, part.path)
    return file


def path_of(blake2_256: str, filename: str) -> str:
    """Return the path of a file below /packages/ on PyPI: the BLAKE2 digest in three pieces, then the name."""
    return f"{blake2_256[:2]}/{blake2_256[2:4]}/{blake2_256[4:]}/{filename}"


def _events(
    received: Upload, project: ProjectRow, release: ReleaseRow, *, new_project: bool, new_release: bool
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield what an upload adds to the security history: the id of the project or user, the tag, the facts."""
    user = received.sender.user
    name = user.name if user else "OpenID created token"
    if new_project and user is not None:
        role = {"submitted_by": name, "role_name": "Owner"}
        yield project.id, "project:create", {"created_by": name}
        yield project.id, "project:role:add", {**role, "target_user": name}
        yield user.id, "account:role:add", {**role, "project_name": project.name}
    version = {
        "submitted_by": name,
        "canonical_version": release.canonical,
        "uploaded_via_trusted_publisher": received.sender.publisher is not None,
    }
    if new_release:
        yield project.id, "project:release:add", {**version}
    yield project.id, "file:add", {**version, "filename": received.filename, "project_id": project.id}


def _stored_project(index: Index, received: Upload) -> tuple[ProjectRow, bool]:
    """Return the project of the upload, and whether it is new."""
    if received.project is not None:
        return index.projects.spell(received.project, received.name), False
    creator = received.sender.user
    project = index.projects.create(received.name, creator, sender=received.sender.name)
    index.publishers.drop_pending_of_others(project, creator.id if creator else None)
    return project, True


def _stored_release(index: Index, received: Upload, project: ProjectRow) -> tuple[ReleaseRow, bool]:
    """Return the release of the upload, and whether it is new."""
    version = str(received.version or received.text("version"))
    existing = release_of(received, index) if received.version else index.releases.get(project, version)
    if existing is not None:
        return existing, False
    metadata = received.metadata.as_release()
    return index.releases.create(project, version, metadata, received.sender.name), True


def _core_metadata(received: Upload) -> bytes | None:
    """Return the METADATA of a wheel, None where it cannot be read."""
    from fake_pypi.errors import UnreadablePackage
    from fake_pypi.packages.distribution_metadata import LONGEST_METADATA, metadata_bytes
    from fake_pypi.packages.package import Package

    if not received.is_wheel or received.file is None:
        return None
    content = received.dist_info.content("METADATA") if received.dist_info else None
    if content is not None and len(content) <= LONGEST_METADATA:
        return content
    try:
        return metadata_bytes(Package(received.filename, source=received.file.path))
    except UnreadablePackage:
        return None
