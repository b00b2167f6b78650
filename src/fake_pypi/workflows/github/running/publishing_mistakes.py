"""Say why an index rejected what a step sent: the wrong token, the wrong publisher, the wrong file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.index.claims import compare
from fake_pypi.index.publishers import GITHUB
from fake_pypi.rules.existing_files import FileExists
from fake_pypi.rules.identity import UnknownToken
from fake_pypi.workflows.github.running.registered_publishers import PublisherEntry

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes, FakePyPI
    from fake_pypi.web.recording.recorded_request import RejectedUpload
    from fake_pypi.workflows.github.running.running_job import RunningJob

USER_VARIABLES = ("TWINE_USERNAME", "UV_PUBLISH_USERNAME", "FLIT_USERNAME", "PDM_PUBLISH_USERNAME", "HATCH_INDEX_USER")
TOKEN_USER = "__token__"  # noqa: S105 - the user name of every token


SKIPPED = re.compile(r"Skipping (\S+) because it\s+appears|File `?([^\s`]+)`? already exists, skipping")
"""What twine and uv print for a file that skip-existing leaves out."""


class IndexRecord:
    """The rejections of both indexes after a moment."""

    def __init__(self, indexes: FakeIndexes) -> None:
        self._before = [(index, index.rejections.total) for index in indexes.all]

    def rejections(self) -> Iterator[tuple[FakePyPI, RejectedUpload]]:
        """Yield the rejections since then, each with its index."""
        for index, before in self._before:
            for rejection in index.rejections.after(before):
                yield index, rejection


def mistakes_of_step(
    job: RunningJob, record: IndexRecord, variables: Mapping[str, str], place: str, *, succeeded: bool
) -> list[str]:
    """Return the mistakes behind the rejections of a step, once each.

    `variables` are those of the step with the inputs of its action. A step that succeeded in spite of a rejection
    skipped files that exist.
    """
    mistakes = []
    for index, rejection in record.rejections():
        if rejection.rule in EXCHANGE:
            mistakes.append(f"{place}: {_exchange_mistake(job, index, rejection)}")
        elif succeeded and rejection.rule == FileExists.id:
            mistakes.append(
                f"{place}: {index.site.title} rejected {rejection.filename} ({rejection.message.partition('.')[0]}), "
                "and skip-existing hides that: the release keeps the old file"
            )
        else:
            mistakes.append(f"{place}: {_upload_mistake(job, index, rejection, variables)}")
    return list(dict.fromkeys(mistakes))


def skipped_files(output: str) -> str | None:
    """Return what skip-existing hid in a step that succeeded: a sentence, or None if nothing was skipped."""
    names = [twine or uv for twine, uv in SKIPPED.findall(output)]
    if not names:
        return None
    title = "TestPyPI" if "test.pypi.org" in output else "PyPI"
    return (
        f"{', '.join(names)} existed on {title} and was skipped, so the release keeps the old file: raise the version, "
        "or leave skip-existing out to see the rejection"
    )


def _exchange_mistake(job: RunningJob, index: FakePyPI, rejection: RejectedUpload) -> str:
    title = index.site.title
    text = f"{title} did not exchange the identity token: {rejection.message}"
    if job.claims is None or rejection.rule not in {"invalid-publisher", "invalid-pending-publisher"}:
        return f"{text}. {EXCHANGE[rejection.rule].remedy}"
    publishers = index.index.publishers
    nearest = compare([*publishers.all(GITHUB), *publishers.pending(GITHUB)], job.claims)
    difference = str(nearest) if nearest else f"no publisher is registered on {title}"
    return "\n".join([text, difference, registration_text(index, PublisherEntry.of_claims(job.claims), job)])


def registration_text(index: FakePyPI, entry: PublisherEntry, job: RunningJob) -> str:
    """Return where to register a publisher, with the entries of the form."""
    host = index.site.hosts.index
    names = ", ".join(job.session.publishers.projects) or "NAME"
    return (
        f"register exactly this publisher on {index.site.title}: {entry}\n"
        f"for an existing project on https://{host}/manage/project/{names}/settings/publishing/, for a new one on "
        f"https://{host}/manage/account/publishing/ (PyPI Project Name: {names})"
    )


def _upload_mistake(job: RunningJob, index: FakePyPI, rejection: RejectedUpload, variables: Mapping[str, str]) -> str:
    title = index.site.title
    what = f"{title} rejected {rejection.filename or 'the upload'}: {rejection.status} {rejection.message}"
    secrets = job.session.secrets
    for value in variables.values():
        name = secrets.name_of(value)
        belongs = secrets.index_of(value) if name else None
        if name and belongs and belongs != index.site.name and rejection.rule == UnknownToken.id:
            other = next(each.site.title for each in job.session.indexes.all if each.site.name == belongs)
            return (
                f"{what}\nthe secret {name} is a token of {other}, and {title} does not know it: use a token of {title}"
            )
    user = next((variables[name] for name in (*USER_VARIABLES, "user") if variables.get(name)), "")
    if user and user != TOKEN_USER and rejection.status == 403:
        return f"{what}\nthe user name is {user!r}: an API token needs the user name {TOKEN_USER}"
    missing = [name for name, given in secrets.given.items() if given is None]
    if missing and rejection.status == 403:
        return f"{what}\nthese secrets are missing: {', '.join(missing)}"
    rule = next((rule for rule in index.rules if rule.id == rejection.rule), None)
    return f"{what} [{rejection.rule}]" + (f"\n{' '.join(rule.remedy.split())}" if rule else "")
