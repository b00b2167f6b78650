"""`POST /legacy/`: identify the sender, judge, store, remember, answer."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from fake_pypi.errors import CloseConnection
from fake_pypi.rules.project import creation_limits
from fake_pypi.rules.release import release_of
from fake_pypi.rules.upload import Form, Upload
from fake_pypi.web.answers import Answer, Header, answer, server_failure
from fake_pypi.web.recording import RejectedUpload
from fake_pypi.web.storing import store

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.rule_set import Rejection, Verdict
    from fake_pypi.web.exchange import Exchange

CREATION_LIMIT = "rate-limited"
LAST_ABOUT_NEW_PROJECTS, LAST_BEFORE_RELEASE = "similar-name", "invalid-description-default"
PROJECT_ENTRIES = 2  # journal entries of a new project


def receive(exchange: Exchange, form: Form) -> Answer:
    """Take one upload in, or reject it in PyPI's words; a rejected one leaves nothing behind."""
    upload = identify(exchange, form)
    verdict, limits = judge_and_store(exchange, upload)
    remember(exchange, upload, verdict)
    return answer_to(exchange, verdict, limits)


def identify(exchange: Exchange, form: Form) -> Upload:
    """Return the upload with its sender and the project that it goes to."""
    index = exchange.instance.index
    exchange.sender = index.tokens.identify(exchange.environ.get("HTTP_AUTHORIZATION"))
    address = str(exchange.environ.get("REMOTE_ADDR", "127.0.0.1"))
    upload = Upload(form, exchange.sender, address)
    upload.project = index.projects.get(upload.name) if upload.name else None
    return upload


def judge_and_store(exchange: Exchange, upload: Upload) -> tuple[Verdict, list[Header]]:
    """Judge the upload, and store it if no rule rejects it.

    Judging takes its time, and nobody waits for it. So what others did to the project in the meantime (made it,
    filled it, took the file name, used up the quota of new projects) is looked at once more, and judged again, while
    nobody else can write. The headers that come with the verdict tell what is left of that quota.
    """
    instance = exchange.instance
    verdict = instance.rule_set.judge(upload, instance.index)
    if verdict.rejection is None and upload.file is not None:
        instance.sync(upload.file.path)  # takes long for a large file, and nobody else waits for it here
    try:
        with instance.index.db.transaction():
            if _changed_meanwhile(upload, verdict, instance.index):
                verdict = instance.rule_set.judge(upload, instance.index)
            if verdict.rejection is None:
                store(instance, upload)
            return _settled(upload, verdict, instance.index)
    except sqlite3.IntegrityError:  # another project got the very same bytes first
        with instance.index.db.transaction():
            verdict = instance.rule_set.judge(upload, instance.index)
            if verdict.rejection is None:
                raise
            return _settled(upload, verdict, instance.index)


def _settled(upload: Upload, verdict: Verdict, index: Index) -> tuple[Verdict, list[Header]]:
    """Count what the upload used up, whatever the verdict; return the verdict with the headers that tell of it."""
    if verdict.rejection is not None:
        index.journal.skip(_serials_used(upload, verdict, index))
    return verdict, _rate_limits(upload, verdict, index)


def _serials_used(upload: Upload, verdict: Verdict, index: Index) -> int:
    """Return how many journal entries PyPI had written when it rejected an upload; it takes them back.

    A new project has two, its creation and its owner; a new release has one.
    """
    project = PROJECT_ENTRIES if upload.project is None and verdict.passed_rule(LAST_ABOUT_NEW_PROJECTS) else 0
    new_release = release_of(upload, index) is None and verdict.passed_rule(LAST_BEFORE_RELEASE)
    return project + int(new_release)


def _changed_meanwhile(upload: Upload, verdict: Verdict, index: Index) -> bool:
    seen = upload.project
    upload.project = index.projects.get(upload.name) if upload.name else None
    return upload.project != seen or _limit_was_reached(upload, verdict, index)


def _limit_was_reached(upload: Upload, verdict: Verdict, index: Index) -> bool:
    """Whether the limit on new projects let the upload pass, and has been reached since then."""
    limits = index.rate_limits
    if upload.project is not None or not verdict.passed_rule(CREATION_LIMIT) or not limits.are_enforced:
        return False
    return any(limits.remaining(limit, who) == 0 for limit, who in creation_limits(upload, index))


def remember(exchange: Exchange, upload: Upload, verdict: Verdict) -> None:
    """Note for the record what was sent and what was said of it."""
    exchange.filename = upload.filename or None
    exchange.form = tuple((name, value) for name, value in upload.form.fields if isinstance(value, str))
    stop = verdict.rejection
    if stop is None:
        return
    exchange.rule = stop.rule.id
    if stop.status != 200:
        exchange.rejection = RejectedUpload(
            rule=stop.rule.id,
            status=stop.status,
            message=stop.message,
            project=upload.name,
            version=upload.text("version"),
            filename=upload.filename,
            sender=exchange.sender.name,
        )


def answer_to(exchange: Exchange, verdict: Verdict, limits: list[Header]) -> Answer:
    """Put the verdict into an answer, with the headers of PyPI's upload page."""
    if verdict.rejection is not None and verdict.rejection.status == 0:
        raise CloseConnection
    if verdict.rejection is not None and verdict.rejection.status == 500:
        return server_failure()
    page = _page(exchange, verdict.rejection)
    return page.with_headers(("Vary", "Authorization, PyPI-Locale, Cookie"), *limits)


def _page(exchange: Exchange, stop: Rejection | None) -> Answer:
    if stop is None or stop.status == 200:
        return answer(200, "", exchange.accept)
    return answer(stop.status, stop.message, exchange.accept, detail=stop.rule.page)


def _rate_limits(upload: Upload, verdict: Verdict, index: Index) -> list[Header]:
    """Return the headers about new projects, and count one, even if the upload is rejected later on."""
    if upload.project is not None or not verdict.reached(CREATION_LIMIT):
        return []
    counts = verdict.rejection is None or verdict.rejection.rule.family != "project"
    limits = index.rate_limits
    left, policy = [], []
    for limit, who in creation_limits(upload, index):
        left.append(f'"{limit.name}";r={limits.remaining(limit, who)};t={limits.resets_in(limit, who)}')
        policy.append(limit.policy)
        if counts:
            limits.hit(limit, who)
    return [("RateLimit", ", ".join(left)), ("RateLimit-Policy", ", ".join(policy))]
