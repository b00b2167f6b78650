"""`POST /legacy/` with `:action` "file_upload": the upload as a request, and its result as an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import CloseConnection
from fake_pypi.operations.uploading import UploadResult, upload
from fake_pypi.web.answers import Answer, Header, answer, server_failure
from fake_pypi.web.recording import RejectedUpload

if TYPE_CHECKING:
    from fake_pypi.operations.uploading import Quota
    from fake_pypi.rules.upload import Form
    from fake_pypi.web.exchange import Exchange


def receive(exchange: Exchange, form: Form) -> Answer:
    """Identify the sender, upload the form's file, and answer in PyPI's words."""
    instance = exchange.instance
    exchange.sender = instance.index.tokens.identify(exchange.environ.get("HTTP_AUTHORIZATION"))
    result = upload(
        instance.index,
        exchange.sender,
        form,
        rule_set=instance.rule_set,
        files=instance,
        address=str(exchange.environ.get("REMOTE_ADDR", "127.0.0.1")),
    )
    _add_to_record(exchange, result)
    return _answer(exchange, result)


def _add_to_record(exchange: Exchange, result: UploadResult) -> None:
    """Note on the exchange what was sent, and the rejection if it was rejected."""
    received, rejection = result.upload, result.verdict.rejection
    exchange.filename = received.filename or None
    exchange.form = tuple((name, value) for name, value in received.form.fields if isinstance(value, str))
    if rejection is None:
        return
    exchange.rule = rejection.rule.id
    if rejection.status != 200:
        exchange.rejection = RejectedUpload(
            rule=rejection.rule.id,
            status=rejection.status,
            message=rejection.message,
            project=received.name,
            version=received.text("version"),
            filename=received.filename,
            sender=exchange.sender.name,
        )


def _answer(exchange: Exchange, result: UploadResult) -> Answer:
    """Return the verdict as an answer, with the headers of PyPI's upload page."""
    rejection = result.verdict.rejection
    if rejection is not None and rejection.status == 0:
        raise CloseConnection
    if rejection is not None and rejection.status == 500:
        return server_failure()
    if rejection is None or rejection.status == 200:
        page = answer(200, "", exchange.accept)
    else:
        page = answer(rejection.status, rejection.message, exchange.accept, detail=rejection.rule.page)
    return page.with_headers(("Vary", "Authorization, PyPI-Locale, Cookie"), *_rate_limit_headers(result.quotas))


def _rate_limit_headers(quotas: tuple[Quota, ...] | None) -> list[Header]:
    if quotas is None:
        return []
    left = ", ".join(f'"{quota.limit.name}";r={quota.remaining};t={quota.resets_in}' for quota in quotas)
    return [("RateLimit", left), ("RateLimit-Policy", ", ".join(quota.limit.policy for quota in quotas))]
