"""Add a request and its response to the record of an index."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.operations.uploading import path_of
from fake_pypi.rules.upload import FilePart
from fake_pypi.web.recording.headers import FormFields, Headers, request_headers, without_tokens
from fake_pypi.web.recording.record import LONGEST_BODY
from fake_pypi.web.recording.recorded_request import RecordedFile, RecordedRequest, RecordedResponse
from fake_pypi.web.responses import AnyResponse, Response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

PERSONAL_PAGES = ("/manage/", "/account/", "/_fake/")
"""The addresses of pages for one person, on which secrets stand: their bodies are not stored."""


def record(exchange: Exchange, status_line: str, result: AnyResponse | None = None) -> None:
    """Add the request, and the rejection if it was one, to the record of the index.

    `result` is the response; None for a request that receives none from the application. A request to a state that was
    replaced meanwhile is not recorded.
    """
    if exchange.instance.index.db.was_replaced:
        return
    environ = exchange.environ
    number, _, reason = status_line.partition(" ")
    status = int(number)
    query = str(environ.get("QUERY_STRING", ""))
    seconds = time.perf_counter() - exchange.started
    request = RecordedRequest(
        method=exchange.method,
        scheme=exchange.origin.scheme,
        host=exchange.origin.host,
        path=exchange.target.partition("?")[0],
        query=without_tokens(query) if query else "",
        user_agent=str(environ.get("HTTP_USER_AGENT", "")),
        via=str(environ.get("fake_pypi.via", "direct")),
        status=status,
        reason=reason,
        sender=exchange.sender.name,
        token_id=exchange.sender.token_id,
        rule=exchange.rule,
        filename=exchange.filename,
        form=FormFields(exchange.form),
        fault=", ".join(exchange.faults) if exchange.faults else "",
        seconds=seconds,
        timestamp=time.time() - seconds,
        index=exchange.instance.site.name,
        headers=request_headers(environ),
        files=_files(exchange),
        response=_response(exchange, status, reason, result),
        stored=exchange.stored,
    )
    exchange.instance.record.add(request, exchange.rejection)


def _response(exchange: Exchange, status: int, reason: str, result: AnyResponse | None) -> RecordedResponse:
    if result is None:
        return RecordedResponse(status, reason, Headers())
    headers = Headers(result.headers)
    if not isinstance(result, Response):
        length = headers.get("content-length", "")
        return RecordedResponse(status, reason, headers, size=int(length) if length.isdigit() else None)
    body = b"" if exchange.method == "HEAD" else result.body
    is_stored = not exchange.path.startswith(PERSONAL_PAGES)
    return RecordedResponse(status, reason, headers, body[:LONGEST_BODY] if is_stored else b"", len(body))


def _files(exchange: Exchange) -> tuple[RecordedFile, ...]:
    if exchange.received is None or not exchange.received.spooled:
        return ()
    return tuple(_file(exchange, field, part) for field, part in exchange.received.form.files())


def _file(exchange: Exchange, field: str, part: FilePart) -> RecordedFile:
    """Return what is stored of an uploaded file; the bytes of a rejected one are moved out of the spool."""
    instance = exchange.instance
    filename = part.filename or ""
    locations: list[Path] = [instance.files / path_of(part.blake2_256, filename)]
    if not exchange.stored and instance.rejected_files is not None:
        rejected = instance.rejected_files.store(part.path, part.size)
        locations += [rejected] if rejected is not None else []
    digests = {"md5": part.md5, "sha256": part.sha256, "blake2_256": part.blake2_256}
    return RecordedFile(field, filename, part.content_type or "", part.size, **digests, locations=tuple(locations))
