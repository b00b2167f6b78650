"""What a report says about an index: projects, requests, rejections, faults and publishers."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.explain.exchange_rejections import EXCHANGE, ExchangeRejection
from fake_pypi.report.archive_content import file_report
from fake_pypi.report.remaining_tasks import publisher_entries
from fake_pypi.report.report_content import (
    FileReport,
    IndexReport,
    ProjectReport,
    PublisherReport,
    RejectionReport,
    ReleaseReport,
    RequestReport,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import FileRow, ReleaseRow
    from fake_pypi.rules.rule_set import Rule, RuleSet
    from fake_pypi.web.instance import Instance
    from fake_pypi.web.recording.recorded_request import RecordedRequest, RejectedUpload

MOST_REQUESTS = 1_000
"""Requests to an index, and rejections by it, that a report lists."""
MOST_RELEASES = 20
"""Releases of an index whose files are read and whose pages are shown; the files of others are only named."""


def index_report(instance: Instance) -> IndexReport:
    """Return what a report says about an index, which has to be open."""
    index, record = instance.index, instance.record
    rows = [(project, release) for project in index.projects.all() for release in index.releases.of(project)]
    newest = sorted(rows, key=lambda row: row[1].created, reverse=True)[:MOST_RELEASES]
    shown = {release.id for _, release in newest}
    left_out = []
    if len(rows) > len(shown):
        left_out.append(f"The pages of {len(rows) - len(shown)} older releases, and the content of their files.")
    if record.requests.total > MOST_REQUESTS:
        left_out.append(f"All requests but the newest {MOST_REQUESTS:,}.")
    if record.rejections.total > MOST_REQUESTS:
        left_out.append(f"All rejections but the newest {MOST_REQUESTS:,}.")
    return IndexReport(
        site=index.site.name,
        title=index.site.title,
        host=index.site.hosts.index,
        projects=tuple(_project(instance, project, shown) for project in index.projects.all()),
        requests=tuple(map(_request, record.requests[-MOST_REQUESTS:])),
        request_count=record.requests.total,
        rejections=tuple(
            rejection_report(rejected, instance.rule_set) for rejected in record.rejections[-MOST_REQUESTS:]
        ),
        rejection_count=record.rejections.total,
        faults=tuple(instance.faults.report),
        publishers=tuple(_publishers(instance)),
        left_out=tuple(left_out),
    )


def rejection_report(rejected: RejectedUpload, rule_set: RuleSet) -> RejectionReport:
    """Return what a report says about a rejection: the message, and its rule with the remedy, if it is known."""
    rule: Rule | ExchangeRejection | None = EXCHANGE.get(rejected.rule)
    if rejected.rule in rule_set:
        rule = rule_set[rejected.rule]
    return RejectionReport(
        filename=rejected.filename,
        status=rejected.status,
        message=rejected.message,
        rule=rejected.rule,
        explanation=rule.explanation if rule else "",
        remedy=rule.remedy if rule else "",
        detail=rejected.detail,
    )


def _project(instance: Instance, project: ProjectRow, shown: set[int]) -> ProjectReport:
    releases = tuple(
        _release(instance, project, row, is_shown=row.id in shown) for row in instance.index.releases.of(project)
    )
    return ProjectReport(project.name, project.status, releases)


def _release(instance: Instance, project: ProjectRow, release: ReleaseRow, *, is_shown: bool) -> ReleaseReport:
    from fake_pypi.web.site.project import standalone_release

    files = sorted(instance.index.releases.files(project, release), key=lambda file: file.filename)
    return ReleaseReport(
        version=release.version,
        created=_moment(release.created),
        yanked=release.yanked,
        yanked_reason=release.yanked_reason,
        files=tuple(_file(instance, file, is_shown=is_shown) for file in files),
        page=standalone_release(instance.index, project, release) if is_shown else "",
    )


def _file(instance: Instance, row: FileRow, *, is_shown: bool) -> FileReport:
    """Return what a report says about a published file; one that the index has lost is not read."""
    path = instance.files / Path(row.path)
    uploaded = _moment(row.uploaded)
    if is_shown and path.is_file():
        return file_report(path, uploaded=uploaded, uploader=row.sender)
    return FileReport(
        filename=row.filename,
        kind=row.packagetype,
        size=row.size,
        sha256=row.sha256,
        blake2_256=row.blake2_256,
        uploaded=uploaded,
        uploader=row.sender,
    )


def _request(request: RecordedRequest) -> RequestReport:
    return RequestReport(
        time=request.time,
        method=request.method,
        url=request.url,
        client=f"{request.client} {request.client_version}".strip(),
        status=request.status,
        reason=request.reason,
        sender=request.sender,
        project=request.project,
        filename=request.requested_filename,
        rule=request.rule or "",
        fault=request.fault,
        seconds=request.seconds,
    )


def _publishers(instance: Instance) -> Iterator[PublisherReport]:
    publishers = instance.index.publishers
    names = {project.id: project.name for project in instance.index.projects.all()}
    for issuer in publishers.issuers():
        for known in publishers.all(issuer):
            projects = tuple(names[project] for project in known.projects if project in names)
            yield PublisherReport(known.kind, projects, publisher_entries(known.kind, known.facts, issuer))
        for pending in publishers.pending(issuer):
            entries = publisher_entries(pending.kind, pending.facts, issuer)
            yield PublisherReport(pending.kind, (pending.project_name,), entries, is_pending=True)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
