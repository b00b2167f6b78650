"""The record as an HTTP archive (HAR 1.2), the format of the developer tools of browsers.

The format: http://www.softwareishard.com/blog/har-12-spec/. Names that begin with "_" are our own, as it demands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fake_pypi.redaction import REDACTED, redact
from fake_pypi.web.recording.recorded_request import RecordedRequest, RecordedResponse

UNKNOWN = -1
"""The value of HAR for sizes and times that are not known."""


def http_archive(requests: Iterable[RecordedRequest]) -> str:
    """Return requests as the JSON text of an HTTP archive; those of several indexes in the order of their times."""
    entries = [_entry(request) for request in sorted(requests, key=lambda request: request.timestamp)]
    creator = {"name": "fake-pypi", "version": version("pytest-fake-pypi")}
    archive = {"log": {"version": "1.2", "creator": creator, "entries": entries}}
    return redact(json.dumps(archive, ensure_ascii=False, indent=1))


def write_archive(file: Path, requests: Iterable[RecordedRequest]) -> None:
    """Write requests to a file as an HTTP archive, and make its folder if there is none. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(http_archive(requests), encoding="utf-8")


def _entry(request: RecordedRequest) -> dict[str, Any]:
    milliseconds = round(request.seconds * 1000, 3)
    entry: dict[str, Any] = {
        "startedDateTime": request.time.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(request),
        "response": _response(request),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_index": request.index,
        "_client": f"{request.client} {request.client_version}".strip(),
    }
    more = {"_rule": request.rule, "_fault": request.fault, "_sender": request.sender}
    return {**entry, **{name: value for name, value in more.items() if value}}


def _request(request: RecordedRequest) -> dict[str, Any]:
    query = parse_qsl(request.query, keep_blank_values=True)
    posted: dict[str, Any] = {}
    if request.form or request.files:
        posted["postData"] = {
            "mimeType": request.headers.get("content-type", "application/x-www-form-urlencoded"),
            "params": [
                *({"name": name, "value": value} for name, value in request.form.pairs),
                *(
                    {"name": file.field, "fileName": file.filename, "contentType": file.content_type}
                    for file in request.files
                ),
            ],
        }
    return {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(request.headers.get("cookie", "").split(";")),
        "headers": _named(request.headers.pairs),
        "queryString": _named(query),
        **posted,
        "headersSize": UNKNOWN,
        "bodySize": _number(request.headers.get("content-length"), 0),
    }


def _response(request: RecordedRequest) -> dict[str, Any]:
    response = request.response
    headers = response.headers
    return {
        "status": request.status,
        "statusText": request.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(value for name, value in headers.pairs if name.lower() == "set-cookie"),
        "headers": _named(headers.pairs),
        "content": _content(response),
        "redirectURL": headers.get("location", ""),
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN if response.size is None else response.size,
    }


def _content(response: RecordedResponse) -> dict[str, Any]:
    body = response.body
    known = len(body) if response.is_complete else response.size
    content: dict[str, Any] = {
        "size": UNKNOWN if known is None else known,
        "mimeType": response.headers.get("content-type", "x-unknown"),
    }
    if response.is_complete and response.stored_bytes != len(body):
        content["compression"] = len(body) - response.stored_bytes
    if body and _is_text(body):
        content["text"] = response.text
    if not response.is_complete:
        content["comment"] = "the body is not stored, or only its begin"
    return content


def _is_text(body: bytes) -> bool:
    try:
        body[:-4].decode()  # the last character may be cut off
    except UnicodeDecodeError:
        return False
    return True


def _cookies(texts: Iterable[str]) -> list[dict[str, str]]:
    names = [text.partition("=")[0].strip() for text in texts]
    return [{"name": name, "value": REDACTED} for name in names if name]


def _named(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default
