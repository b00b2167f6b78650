"""Every page that the real server was recorded to send comes out of `fake_pypi.web.responses` as it was."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fake_pypi.web import responses
from fake_pypi.web.responses import Response

RECORDED = Path(__file__).parents[2] / "fidelity" / "recorded"
ORIGIN = {"upload": "https://upload.pypi.org", "index": "https://pypi.org", "auth": "https://pypi.org"}
SAID_IN_HTML = re.compile(r"<br/><br/>\n(.*)\n\n\n </body>", re.DOTALL)


def exchanges() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for file in sorted(RECORDED.glob("*.json")):
        for case in json.loads(file.read_text("utf-8")):
            sent = [step["send"] for step in case["steps"] if "send" in step]
            for number, (request, recorded) in enumerate(zip(sent, case["answers"], strict=True)):
                yield f"{case['id']}[{number}]", request, recorded


def is_a_page_of_ours(recorded: dict[str, Any]) -> bool:
    """Not an API's own document, not a closed connection, and not a page that was cut short."""
    body = recorded["body"]
    if recorded["status"] in (0, 304) or "body_truncated_from" in recorded or "compare" in recorded:
        return False
    if isinstance(body, dict):
        return {"message", "code", "title"} == set(body)
    return recorded["status"] != 200 or "200 OK" in body


def message_of(recorded: dict[str, Any]) -> str:
    """What the server had to say, read back from the page that says it."""
    body = recorded["body"]
    if recorded["status"] == 200:
        return ""
    if isinstance(body, dict):
        body = body["message"]
    if in_html := SAID_IN_HTML.search(body):
        return html.unescape(in_html[1])
    said: str = body.split("\n\n\n", 1)[1]
    return said.removesuffix("\n\n")


def replayed(request: dict[str, Any], recorded: dict[str, Any]) -> Response:
    status = recorded["status"]
    if status == 500:
        return responses.front_failure()
    if recorded["reason"] == "SSL is required":
        return responses.tls_required()
    if recorded["body"] == "404 Not Found":
        return responses.text_response(404, recorded["body"])
    return message_page(request, recorded, dict(request.get("headers", [])).get("Accept"))


def message_page(request: dict[str, Any], recorded: dict[str, Any], accept: str | None) -> Response:
    status, reason, origin = recorded["status"], recorded["reason"], ORIGIN[request["host"]]
    if status == 405:
        return responses.method_not_allowed(request["method"], recorded["headers"]["Allow"], accept)
    if status in (301, 308):
        location = recorded["headers"]["Location"]
        target = location if "files." in location else location.removeprefix(origin)
        message = "" if status == 301 else reason
        return responses.redirect(status, target, accept, origin=origin, message=message)
    said = message_of(recorded)
    if reason == responses.TITLES[status]:
        return responses.response(status, "", accept, detail=said)
    return responses.response(status, said or reason, accept, detail=said)


def as_recorded(answer: Response, recorded: dict[str, Any]) -> dict[str, Any]:
    """Our answer in the shape of a recorded one."""
    text = answer.body.decode()
    headers = {name: value for name, value in answer.headers if name in recorded["headers"]}
    body = json.loads(text) if isinstance(recorded["body"], dict) else text
    return {"status": answer.status, "reason": answer.reason, "headers": headers, "body": body}


def test_every_recorded_page_is_worded_the_same() -> None:
    compared_pages = 0
    for name, request, recorded in exchanges():
        if is_a_page_of_ours(recorded):
            answer = replayed(request, recorded)
            headers = {name: recorded["headers"][name] for name, _ in answer.headers if name in recorded["headers"]}
            expected = {part: recorded[part] for part in ("status", "reason", "body")} | {"headers": headers}
            assert as_recorded(answer, recorded) == expected, name
            assert "Content-Type" in headers, name
            compared_pages += 1
    assert compared_pages > 700


def test_the_reason_is_one_line_of_latin_1_and_the_page_has_the_whole_message() -> None:
    answer = responses.response(400, "'ﬁ' is no\nname", "*/*")
    assert answer.status_line == "400 '?' is no"
    assert b"&#x27;&#64257;&#x27; is no\nname" in answer.body


def test_a_message_with_braces_and_markup_is_not_a_template() -> None:
    answer = responses.response(400, "{detail} {0} ${x} <b>", "application/json")
    assert json.loads(answer.body)["code"] == "400 {detail} {0} ${x} <b>"


def test_a_lone_surrogate_does_not_break_a_response() -> None:
    assert responses.response(400, "\ud800", None).body.startswith(b"400 ?\n")


def test_an_absolute_target_is_left_alone_and_a_query_is_escaped() -> None:
    answer = responses.redirect(301, "/simple/a/?x=1&y=2", "text/html", origin="https://test.pypi.org")
    assert answer.headers[-1] == ("Location", "https://test.pypi.org/simple/a/?x=1&y=2")
    assert b"/simple/a/?x=1&amp;y=2; you should" in answer.body


def test_more_headers_come_after_the_first() -> None:
    answer = responses.json_response(404, {"message": "Not Found"}).with_headers(("Vary", "Accept-Encoding"))
    assert answer.headers == (("Content-Type", "application/json"), ("Vary", "Accept-Encoding"))
    assert answer.body == b'{"message": "Not Found"}'
