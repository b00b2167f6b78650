"""The record as JSON Lines and as an HTTP archive, without secrets."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from fake_pypi.web.recording.headers import FormFields, Headers
from fake_pypi.web.recording.record import MOST_BODY_BYTES, Record
from fake_pypi.web.recording.recorded_request import RecordedFile, RecordedRequest, RecordedResponse
from fake_pypi.web.recording.requests import RecordedRequests

TOKEN = "pypi-" + "AgEIcHlwaS5vcmc" + "x" * 60
ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
RESPONSE = {
    "status",
    "statusText",
    "httpVersion",
    "cookies",
    "headers",
    "content",
    "redirectURL",
    "headersSize",
    "bodySize",
}
"""The members that HAR 1.2 requires."""


def example() -> RecordedRequests:
    requests = RecordedRequests()
    requests.add(
        RecordedRequest(
            "POST",
            "https",
            "upload.pypi.org",
            "/legacy/",
            "",
            "twine/6.2.0",
            "tls",
            200,
            "OK",
            sender="alice",
            filename="demo-1.0.tar.gz",
            form=FormFields(((":action", "file_upload"), ("name", "demo"), ("classifiers", "A"), ("classifiers", "B"))),
            fault="delay seconds=1",
            seconds=0.25,
            timestamp=1_790_000_000.5,
            index="pypi",
            headers=Headers((("authorization", f"Basic {TOKEN}"), ("content-type", "multipart/form-data"))),
            files=(RecordedFile("content", "demo-1.0.tar.gz", "application/gzip", 3, "m", "s", "b"),),
            response=RecordedResponse(
                200, "OK", Headers((("Content-Type", "application/json"),)), f'{{"token": "{TOKEN}"}}'.encode(), 83
            ),
            stored=True,
        )
    )
    requests.add(
        RecordedRequest(
            "GET",
            "https",
            "pypi.org",
            "/search/",
            "q=a+b&c=",
            "pip/25.3",
            "tls",
            302,
            "Found",
            timestamp=1_790_000_000.0,
            headers=Headers((("cookie", "a=1; b=2"),)),
            response=RecordedResponse(302, "Found", Headers((("Location", "/x"), ("Set-Cookie", "a=1; Path=/")))),
        )
    )
    return requests


def archive(tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "requests.har"
    example().write_har(file)
    assert TOKEN not in file.read_text("utf-8")
    log: dict[str, Any] = json.loads(file.read_text("utf-8"))["log"]
    return log


def test_json_lines_have_one_object_for_each_request_and_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    example().write_json_lines(file)
    first, second = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert (first["client"], first["client_version"], first["project"]) == ("twine", "6.2.0", "demo")
    assert first["form"]["classifiers"] == ["A", "B"]
    assert first["files"][0]["sha256"] == "s"
    assert first["headers"]["authorization"] == "Basic ********"
    assert (first["accepted"], first["fault"], first["seconds"]) == (True, "delay seconds=1", 0.25)
    assert json.loads(first["response"]["text"]) == {"token": "********"}
    assert (second["url"], second["status"]) == ("https://pypi.org/search/?q=a+b&c=", 302)
    assert TOKEN not in file.read_text("utf-8")


def test_an_archive_has_all_that_the_format_requires(tmp_path: Path) -> None:
    log = archive(tmp_path)
    assert (log["version"], log["creator"]["name"]) == ("1.2", "fake-pypi")
    assert log["creator"]["version"]
    for entry in log["entries"]:
        assert set(entry) >= ENTRY
        assert set(entry["request"]) >= REQUEST
        assert set(entry["response"]) >= RESPONSE
        assert {"size", "mimeType"} <= set(entry["response"]["content"])
        assert datetime.fromisoformat(entry["startedDateTime"]).utcoffset() is not None
        timings = entry["timings"]
        assert entry["time"] == timings["send"] + timings["wait"] + timings["receive"]
        pairs = [*entry["request"]["headers"], *entry["request"]["queryString"], *entry["response"]["headers"]]
        assert all(set(pair) == {"name", "value"} for pair in pairs)


def test_members_that_the_format_does_not_have_begin_with_an_underscore(tmp_path: Path) -> None:
    optional = {"pageref", "serverIPAddress", "connection", "comment"}
    more = [name for entry in archive(tmp_path)["entries"] for name in set(entry) - ENTRY - optional]
    assert {"_client", "_index", "_fault", "_sender"} <= set(more)
    assert [name for name in more if not name.startswith("_")] == []


def test_the_entries_of_an_archive_are_in_the_order_of_their_times(tmp_path: Path) -> None:
    assert [entry["request"]["method"] for entry in archive(tmp_path)["entries"]] == ["GET", "POST"]


def test_a_form_is_posted_data_and_cookies_have_no_values(tmp_path: Path) -> None:
    reading, upload = archive(tmp_path)["entries"]
    params = upload["request"]["postData"]["params"]
    assert {"name": "classifiers", "value": "B"} in params
    assert params[-1] == {"name": "content", "fileName": "demo-1.0.tar.gz", "contentType": "application/gzip"}
    assert reading["request"]["cookies"] == [{"name": name, "value": "********"} for name in "ab"]
    assert reading["response"]["cookies"] == [{"name": "a", "value": "********"}]
    assert reading["request"]["queryString"] == [{"name": "q", "value": "a b"}, {"name": "c", "value": ""}]
    assert reading["response"]["redirectURL"] == "/x"


def test_bodies_of_the_oldest_responses_are_dropped_first() -> None:
    record = Record()
    size = MOST_BODY_BYTES // 4
    for _ in range(6):
        body = RecordedResponse(200, "OK", Headers(), b"x" * size, size)
        record.add(RecordedRequest("GET", "http", "h", "/", "", "", "direct", 200, "OK", response=body))
    assert [each.response.is_complete for each in record.requests] == [False, False, True, True, True, True]
    assert [len(each.response.body) for each in record.requests[:3]] == [0, 0, size]


def test_a_compressed_body_is_shown_decompressed_also_if_only_its_begin_is_stored(tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(2_000))
    packed = gzip.compress(text.encode())
    gzipped = Headers((("Content-Encoding", "gzip"),))
    whole = RecordedResponse(200, "OK", gzipped, packed, len(packed))
    part = RecordedResponse(200, "OK", gzipped, packed[: len(packed) // 2], len(packed))
    assert (whole.text, whole.is_complete) == (text, True)
    assert text.startswith(part.text)
    assert len(part.text) > 1_000
    damaged = RecordedResponse(200, "OK", gzipped, b"no gzip", 7)
    assert damaged.text == "no gzip"
    requests = RecordedRequests()
    for response in (whole, part):
        requests.add(RecordedRequest("GET", "http", "h", "/", "", "", "direct", 200, "OK", response=response))
    requests.write_har(tmp_path / "requests.har")
    entries = json.loads((tmp_path / "requests.har").read_text("utf-8"))["log"]["entries"]
    complete, begin = [entry["response"]["content"] for entry in entries]
    assert (complete["size"], complete["size"] - complete["compression"]) == (len(text), len(packed))
    assert (complete["text"], begin["comment"]) == (text, "the body is not stored, or only its begin")


def test_a_body_that_is_no_text_is_left_out_of_an_archive(tmp_path: Path) -> None:
    requests = RecordedRequests()
    picture = RecordedResponse(200, "OK", Headers((("Content-Type", "image/png"),)), b"\x89PNG\xff\xfe\xfd\xfc\xfb", 9)
    requests.add(RecordedRequest("GET", "http", "h", "/", "", "", "direct", 200, "OK", response=picture))
    requests.write_har(tmp_path / "requests.har")
    entries = json.loads((tmp_path / "requests.har").read_text("utf-8"))["log"]["entries"]
    assert entries[0]["response"]["content"] == {"size": 9, "mimeType": "image/png"}


def test_no_representation_of_a_request_has_a_secret() -> None:
    upload = example()[0]
    shown = f"{upload!r}{upload}{upload.response!r}{upload.response.text}{upload.response.body!r}{upload.headers!r}"
    assert TOKEN not in shown
