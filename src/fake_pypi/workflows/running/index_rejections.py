"""Say why an index rejected what a job sent: the wrong token, the wrong publisher, the wrong file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.index.claims import compare
from fake_pypi.index.sender import TOKEN_USER
from fake_pypi.rules.existing_files import FileExists
from fake_pypi.rules.identity import UnknownToken

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes, FakePyPI
    from fake_pypi.web.recording.recorded_request import RejectedUpload
    from fake_pypi.workflows.running.host_session import HostSession
    from fake_pypi.workflows.running.registered_publishers import Form

NAMES_OF_USER = ("TWINE_USERNAME", "UV_PUBLISH_USERNAME", "FLIT_USERNAME", "PDM_PUBLISH_USERNAME", "HATCH_INDEX_USER")
"""The variables in which tools read the user name."""
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


@dataclass(frozen=True)
class Sent:
    """What a step or job sent: its `variables`, with the inputs of its action, and the `claims` of its identity token.

    `kind` is the kind of publisher, `title` the host, and `noun` what the host calls a secret.
    """

    variables: Mapping[str, str]
    claims: dict[str, Any] | None
    kind: str
    title: str
    noun: str


def rejection_mistakes(
    session: HostSession[Form],
    record: IndexRecord,
    sent: Sent,
    place: str,
    form_of: Callable[[dict[str, Any]], Form],
    *,
    succeeded: bool,
    audience_mistake: Callable[[FakePyPI, RejectedUpload], str] = lambda _index, _rejection: "",
) -> list[str]:
    """Return the mistakes behind the rejections of a step or job, once each.

    What succeeded in spite of a rejection skipped files that exist. `form_of` makes the entries of PyPI's form from
    claims, `audience_mistake` looks at the audience of identity tokens.
    """
    mistakes = []
    for index, rejection in record.rejections():
        if rejection.rule in EXCHANGE:
            text = audience_mistake(index, rejection) or _exchange_mistake(session, index, rejection, sent, form_of)
            title = index.site.title
            mistakes.append(f"{place}: {title} did not exchange the identity token: {rejection.message}{text}")
        elif succeeded and rejection.rule == FileExists.id:
            mistakes.append(
                f"{place}: {index.site.title} rejected {rejection.filename} ({rejection.message.partition('.')[0]}), "
                "and skip-existing hides that: the release keeps the old file"
            )
        else:
            mistakes.append(f"{place}: {_upload_mistake(session, index, rejection, sent)}")
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


def _exchange_mistake(
    session: HostSession[Form],
    index: FakePyPI,
    rejection: RejectedUpload,
    sent: Sent,
    form_of: Callable[[dict[str, Any]], Form],
) -> str:
    if sent.claims is None or rejection.rule not in {"invalid-publisher", "invalid-pending-publisher"}:
        return f". {EXCHANGE[rejection.rule].remedy}"
    publishers = index.index.publishers
    nearest = compare([*publishers.all(sent.kind), *publishers.pending(sent.kind)], sent.claims)
    difference = str(nearest) if nearest else f"no publisher on {sent.title} is registered on {index.site.title}"
    return "\n".join(["", difference, session.publishers.registration_text(index, form_of(sent.claims))])


def _upload_mistake(session: HostSession[Form], index: FakePyPI, rejection: RejectedUpload, sent: Sent) -> str:
    title = index.site.title
    what = f"{title} rejected {rejection.filename or 'the upload'}: {rejection.status} {rejection.message}"
    secrets = session.secrets
    for value in sent.variables.values():
        name = secrets.name_of(value)
        belongs = secrets.index_of(value) if name else None
        if name and belongs and belongs != index.site.name and rejection.rule == UnknownToken.id:
            other = next(each.site.title for each in session.indexes.all if each.site.name == belongs)
            return (
                f"{what}\nthe {sent.noun} {name} is a token of {other}, and {title} does not know it: use a token of "
                f"{title}"
            )
    user = next((sent.variables[name] for name in (*NAMES_OF_USER, "user") if sent.variables.get(name)), "")
    if user and user != TOKEN_USER and rejection.status == 403:
        return f"{what}\nthe user name is {user!r}: an API token needs the user name {TOKEN_USER}"
    if secrets.missing and rejection.status == 403:
        return f"{what}\nthese {sent.noun}s are missing: {', '.join(secrets.missing)}"
    rule = next((rule for rule in index.rules if rule.id == rejection.rule), None)
    return f"{what} [{rejection.rule}]" + (f"\n{' '.join(rule.remedy.split())}" if rule else "")
