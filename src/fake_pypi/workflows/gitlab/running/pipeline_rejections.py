"""Say why an index rejected what a job of a pipeline sent."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.index.claims import compare
from fake_pypi.index.publishers import GITLAB
from fake_pypi.rules.existing_files import FileExists
from fake_pypi.rules.identity import UnknownToken
from fake_pypi.workflows.github.running.publishing_mistakes import (
    TOKEN_USER,
    USER_VARIABLES,
    IndexRecord,
)
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI
    from fake_pypi.web.recording.recorded_request import RejectedUpload
    from fake_pypi.workflows.gitlab.running.pipeline_session import PipelineSession

AUDIENCES = {"pypi": "pypi", "testpypi": "testpypi"}
"""The audience of an identity token for each index."""


def rejections_of_job(
    session: PipelineSession,
    record: IndexRecord,
    claims: dict[str, Any],
    variables: Mapping[str, str],
    place: str,
    *,
    succeeded: bool,
) -> list[str]:
    """Return the mistakes behind the rejections of a job, once each."""
    mistakes = []
    for index, rejection in record.rejections():
        if rejection.rule in EXCHANGE:
            mistakes.append(f"{place}: {_exchange_text(session, index, rejection, claims, variables)}")
        elif succeeded and rejection.rule == FileExists.id:
            mistakes.append(
                f"{place}: {index.site.title} rejected {rejection.filename} ({rejection.message.partition('.')[0]}), "
                "and skip-existing hides that: the release keeps the old file"
            )
        else:
            mistakes.append(f"{place}: {_upload_text(session, index, rejection, variables)}")
    return list(dict.fromkeys(mistakes))


def _exchange_text(
    session: PipelineSession,
    index: FakePyPI,
    rejection: RejectedUpload,
    claims: dict[str, Any],
    variables: Mapping[str, str],
) -> str:
    title = index.site.title
    text = f"{title} did not exchange the identity token: {rejection.message}"
    wanted = AUDIENCES.get(index.site.name, index.site.name)
    wrong = [
        f"{name} has the audience {shown}" for name, shown in _audiences(variables) if wanted not in shown.split(", ")
    ]
    if wrong and "publisher" not in rejection.rule:
        return f"{text}\n{title} accepts the audience {wanted}: {'; '.join(wrong)}"
    if rejection.rule not in {"invalid-publisher", "invalid-pending-publisher"}:
        return f"{text}. {EXCHANGE[rejection.rule].remedy}"
    publishers = index.index.publishers
    nearest = compare([*publishers.all(GITLAB), *publishers.pending(GITLAB)], claims)
    difference = str(nearest) if nearest else f"no publisher on GitLab is registered on {title}"
    return "\n".join([text, difference, form_entries(index, GitLabPublisherEntry.of_claims(claims), session)])


def _audiences(variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in variables.items():
        if re.fullmatch(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*", value):
            payload = value.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            audience = claims.get("aud")
            yield name, ", ".join(audience) if isinstance(audience, list) else str(audience)


def form_entries(index: FakePyPI, entry: GitLabPublisherEntry, session: PipelineSession) -> str:
    """Return where to register a publisher, with the entries of the form."""
    host = index.site.hosts.index
    names = ", ".join(session.publishers.projects) or "NAME"
    return (
        f"register exactly this publisher on {index.site.title}: {entry}\n"
        f"for an existing project on https://{host}/manage/project/{names}/settings/publishing/, for a new one on "
        f"https://{host}/manage/account/publishing/ (PyPI Project Name: {names})"
    )


def _upload_text(
    session: PipelineSession, index: FakePyPI, rejection: RejectedUpload, variables: Mapping[str, str]
) -> str:
    title = index.site.title
    what = f"{title} rejected {rejection.filename or 'the upload'}: {rejection.status} {rejection.message}"
    secrets = session.project_variables.secrets
    for name, value in variables.items():
        belongs = secrets.index_of(value)
        if belongs and belongs != index.site.name and rejection.rule == UnknownToken.id:
            other = next(each.site.title for each in session.indexes.all if each.site.name == belongs)
            return f"{what}\nthe variable {name} is a token of {other}, and {title} does not know it"
    user = next((variables[name] for name in USER_VARIABLES if variables.get(name)), "")
    if user and user != TOKEN_USER and rejection.status == 403:
        return f"{what}\nthe user name is {user!r}: an API token needs the user name {TOKEN_USER}"
    if rejection.status == 403 and session.project_variables.missing:
        return f"{what}\nthese variables are missing: {', '.join(session.project_variables.missing)}"
    rule = next((rule for rule in index.rules if rule.id == rejection.rule), None)
    return f"{what} [{rejection.rule}]" + (f"\n{' '.join(rule.remedy.split())}" if rule else "")
