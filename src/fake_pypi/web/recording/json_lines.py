"""The record as JSON: one object for each request, without secrets."""

from __future__ import annotations

import json
from typing import Any

from fake_pypi.redaction import redact
from fake_pypi.web.recording.recorded_request import RecordedFile, RecordedRequest


def json_line(request: RecordedRequest) -> str:
    """Return a request as one line of JSON, with its line end."""
    return redact(json.dumps(as_json(request), ensure_ascii=False)) + "\n"


def as_json(request: RecordedRequest) -> dict[str, Any]:
    """Return a request as values of JSON; `json_line` redacts secrets in them.

    Fields of forms have a list of texts, since some are repeated; repeated header fields are joined with a comma.
    """
    response = request.response
    return {
        "time": request.time.isoformat(),
        "seconds": round(request.seconds, 6),
        "index": request.index,
        "method": request.method,
        "url": request.url,
        "host": request.host,
        "path": request.path,
        "query": request.query,
        "via": request.via,
        "client": request.client,
        "client_version": request.client_version,
        "project": request.project,
        "version": request.version,
        "sender": request.sender,
        "token_id": request.token_id,
        "headers": dict(request.headers),
        "form": {name: request.form.all(name) for name in request.form},
        "files": [_file(file) for file in request.files],
        "status": request.status,
        "reason": request.reason,
        "rule": request.rule,
        "accepted": request.accepted,
        "fault": request.fault,
        "truncated": list(request.truncated),
        "response": {
            "headers": dict(response.headers),
            "size": response.size,
            "text": response.text,
            "is_complete": response.is_complete,
        },
    }


def _file(file: RecordedFile) -> dict[str, Any]:
    names = ("field", "filename", "content_type", "size", "md5", "sha256", "blake2_256")
    return {name: getattr(file, name) for name in names}
