"""When an answer is identical to the recorded one: the parts that count, normalised on both sides."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from tests.fidelity.exchange import Heard

HEADERS = (
    "Content-Type",
    "Cache-Control",
    "Location",
    "Allow",
    "Content-Encoding",
    "X-PyPI-Last-Serial",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "ETag",
)
NOT_IN_ABRIDGED = ("ETag", "X-PyPI-Last-Serial")
SERIALS_AND_USERS = {"last_serial", "_last-serial", "user"}
FREE_ORDER = ("requires_dist", "classifiers", "provides_extra")
SECONDS_OF_GRACE = 30
LONGEST_PAGE, CUT_PAGE = 6000, 1500
"""A text with more characters than the first number is recorded cut to the second."""

_PLACEHOLDERS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"pypi-[A-Za-z0-9_-]{40,}"), "<token>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
)


@dataclass(frozen=True)
class Difference:
    """One part of one answer that is not as recorded."""

    step: int
    part: str
    recorded: Any
    ours: Any


def differences(step: int, recorded: dict[str, Any], heard: Heard, rule: str | None) -> list[Difference]:
    """Where an answer differs from the recorded one; `rule` is the id that our record gives for it.

    A failure of the server itself (500, or no answer at all) must be some rule's doing, never an accident.
    """
    pairs = {
        part: (expected, actual)
        for part, expected, actual in _parts(recorded, heard)
        if "compare" not in recorded or part.partition(" ")[0] in recorded["compare"]
    }
    found = [
        Difference(step, part, expected, actual) for part, (expected, actual) in pairs.items() if expected != actual
    ]
    if heard.status in (0, 500) and rule is None:
        found.append(Difference(step, "rule", "the id of a rule", None))
    return found


def without_serials(recorded: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without what depends on earlier uploads of a server: serials, and the ETag."""
    headers = {name: value for name, value in recorded["headers"].items() if name not in NOT_IN_ABRIDGED}
    return {**recorded, "headers": headers}


def recorded_answer(heard: Heard) -> dict[str, Any]:
    """Return an answer in the format of recorded cases."""
    ours = {name.lower(): value for name, value in heard.headers.items()}
    headers: dict[str, Any] = {name: ours[name.lower()] for name in HEADERS if name.lower() in ours}
    body = _body(heard, None)
    answer = {"status": heard.status, "reason": heard.reason, "headers": {**headers, "ETag": "ETag" in headers}}
    if isinstance(body, str) and len(body) > LONGEST_PAGE:
        return {**answer, "body": body[:CUT_PAGE], "body_truncated_from": len(body)}
    return {**answer, "body": body}


def _parts(recorded: dict[str, Any], heard: Heard) -> list[tuple[str, Any, Any]]:
    ours = {name.lower(): value for name, value in heard.headers.items()}
    parts = [
        ("status", recorded["status"], heard.status),
        ("reason", recorded["reason"], heard.reason),
    ]
    for name in _headers_that_count(recorded):
        expected, actual = recorded["headers"].get(name), ours.get(name.lower())
        pair = (bool(expected), bool(actual)) if name == "ETag" else (expected, actual)
        parts.append((f"headers {name}", *pair))
    if "body_truncated_from" not in recorded:
        bodies = [_free_order(recorded["body"]), _free_order(_body(heard, recorded["body"]))]
        expected, actual = map(_abridged, bodies) if _is_abridged(recorded) else bodies
        parts.append(("body", expected, actual))
    return parts


def _headers_that_count(recorded: dict[str, Any]) -> tuple[str, ...]:
    if "body_truncated_from" in recorded:
        return ("Content-Type",)
    return tuple(name for name in HEADERS if not (_is_abridged(recorded) and name in NOT_IN_ABRIDGED))


def _is_abridged(recorded: dict[str, Any]) -> bool:
    """Whether the answer was recorded without what differs from one run of the real server to the next."""
    return "ETag" not in recorded["headers"]


def _abridged(body: Any) -> Any:
    """Return the body without serials and user names."""
    if isinstance(body, list):
        return [_abridged(item) for item in body]
    if not isinstance(body, dict):
        return body
    return {name: _abridged(item) for name, item in body.items() if name not in SERIALS_AND_USERS}


def _body(heard: Heard, recorded: Any) -> Any:
    if any(name.lower() == "content-encoding" for name in heard.headers):
        return "<gzip encoded>"
    text = heard.body.decode("utf-8", "replace")
    if isinstance(recorded, str):
        return _normalised(text)
    try:
        return _normalised(json.loads(text))
    except ValueError:
        return _normalised(text)


def _normalised(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, placeholder in _PLACEHOLDERS:
            value = pattern.sub(placeholder, value)
        return value
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    if isinstance(value, dict):
        return {name: _moment(name, _normalised(item)) for name, item in value.items()}
    return value


def _moment(name: str, value: Any) -> Any:
    """`expires` of a minted token lies a quarter of an hour ahead."""
    if name == "expires" and isinstance(value, int) and abs(value - time.time() - 900) < SECONDS_OF_GRACE:
        return "<now+900>"
    return value


def _free_order(body: Any) -> Any:
    """The project's JSON lists some fields in no particular order."""
    if not (isinstance(body, dict) and isinstance(body.get("info"), dict)):
        return body
    info = body["info"]
    in_order = {name: sorted(info[name]) for name in FREE_ORDER if isinstance(info.get(name), list)}
    return {**body, "info": {**info, **in_order}}
