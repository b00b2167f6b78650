"""Look for requests, wait for them, assert them: the messages show what was received instead."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.web.recording import bounded_entries as bounds
from fake_pypi.web.recording.headers import FormFields, Headers
from fake_pypi.web.recording.mismatch import UnexpectedRequests
from fake_pypi.web.recording.recorded_request import RecordedFile, RecordedRequest
from fake_pypi.web.recording.requests import RecordedRequests

TWINE = "twine/6.2.0 requests/2.32.5"


def request(method: str = "GET", path: str = "/simple/demo/", status: int = 200, **more: Any) -> RecordedRequest:
    user_agent = more.pop("user_agent", TWINE)
    return RecordedRequest(method, "http", "127.0.0.1", path, "", user_agent, "direct", status, "OK", **more)


def upload(filename: str, status: int = 200, **more: Any) -> RecordedRequest:
    form = FormFields(((":action", "file_upload"), ("name", "Demo"), ("version", "1.0"), ("summary", "short")))
    file = RecordedFile("content", filename, "", 3, "m", "s" * 64, "b")
    return request("POST", "/legacy/", status, filename=filename, form=form, files=(file,), **more)


def received(*requests: RecordedRequest) -> RecordedRequests:
    entries = RecordedRequests()
    for each in requests:
        entries.add(each)
    return entries


@pytest.mark.parametrize(
    "conditions",
    [
        {"method": "POST"},
        {"path": "/leg*"},
        {"status": 200},
        {"project": "DEMO"},
        {"version": "1.0"},
        {"filename": "demo-1.0*"},
        {"client": "twine"},
        {"client": "twine/6.*"},
        {"client_version": "6.2.0"},
        {"sha256": "s" * 64},
        {"accepted": True},
        {"form": {"summary": "sh*", "name": "Demo"}},
        {"headers": {"Accept": "*json"}},
        {"fault": "stale*", "via": "direct", "host": "127.0.0.1", "sender": "alice", "query": ""},
    ],
)
def test_a_request_is_found_by_each_condition(conditions: dict[str, Any]) -> None:
    wanted = upload(
        "demo-1.0.tar.gz",
        stored=True,
        fault="stale seconds=5",
        sender="alice",
        headers=Headers((("Accept", "text/json"),)),
    )
    other = request(path="/simple/", status=404, user_agent="pip/25.3")
    requests = received(wanted, other)
    assert requests.matching(**conditions)[0] is wanted
    assert requests.assert_received(**conditions) in (wanted, other)


def test_an_unknown_condition_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no condition 'file' on requests: one of method, host, .*filename"):
        received().matching(file="demo")  # type: ignore[call-arg]  # this is the mistake


def test_a_download_has_project_version_and_file_name() -> None:
    download = request(path="/packages/ab/cd/demo_tool-1.0-py3-none-any.whl.metadata")
    assert (download.project, download.version) == ("demo-tool", "1.0")
    assert download.requested_filename == "demo_tool-1.0-py3-none-any.whl.metadata"
    assert request(path="/simple/Demo.Tool/").project == "demo-tool"
    assert request(path="/").project == ""


def test_a_request_that_is_there_already_is_returned_at_once() -> None:
    first, second = request(path="/1"), request(path="/2")
    requests = received(first, second)
    assert requests.wait_for(timeout=0, path="/*") is first
    assert requests.wait_for(timeout=0, number=2, path="/*") is second
    assert requests.wait_for(timeout=0, after=1) is second


def test_waiting_ends_when_the_request_is_received() -> None:
    requests, found = received(request(path="/1")), list[RecordedRequest]()
    before = requests.total
    waiter = threading.Thread(target=lambda: found.append(requests.wait_for(after=before, number=2, timeout=60)))
    waiter.start()
    for number in range(2, 5):
        requests.add(request(path=f"/{number}"))
    waiter.join(60)
    assert [each.path for each in found] == ["/3"]


def test_waiting_goes_on_although_older_requests_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_ENTRIES", 2)
    requests, found = received(), list[RecordedRequest]()
    waiter = threading.Thread(target=lambda: found.append(requests.wait_for(path="/9", timeout=60)))
    waiter.start()
    for number in range(10):
        requests.add(request(path=f"/{number}"))
    waiter.join(60)
    assert [each.path for each in found] == ["/9"]


def test_after_a_time_without_the_request_the_message_shows_the_others() -> None:
    requests = received(request(path="/simple/demo/", status=404))
    with pytest.raises(UnexpectedRequests) as raised:
        requests.wait_for(timeout=0.01, method="POST", path="/legacy/")
    assert str(raised.value) == (
        "The index received no request within 0.01 s with method='POST', path='/legacy/'.\n"
        "The index received 1 requests; the closest 1:\n"
        "  GET http://127.0.0.1/simple/demo/ -> 404 OK (twine 6.2.0, 0.000 s)\n"
        "    meets 0 of 2 conditions: method is 'GET', not 'POST'; path is '/simple/demo/', not '/legacy/'"
    )


def test_without_any_request_the_message_says_what_to_check() -> None:
    with pytest.raises(AssertionError, match="no requests at all: check that the client was started"):
        received().assert_received(method="POST")


def test_the_closest_request_is_shown_first() -> None:
    requests = received(request(path="/legacy/", method="POST", status=400), *[request()] * 8)
    with pytest.raises(UnexpectedRequests) as raised:
        requests.assert_received(method="POST", path="/legacy/", status=200)
    assert raised.value.details[:3] == (
        "The index received 9 requests; the closest 5:",
        "  POST http://127.0.0.1/legacy/ -> 400 OK (twine 6.2.0, 0.000 s)",
        "    meets 2 of 3 conditions: status is 400, not 200",
    )


def test_different_fields_of_form_and_headers_are_named() -> None:
    requests = received(upload("demo-1.0.tar.gz"))
    with pytest.raises(UnexpectedRequests) as raised:
        requests.assert_received(form={"summary": "long", "license": "MIT"}, headers={"accept": "*"})
    assert raised.value.details[-1] == (
        "    meets 0 of 3 conditions: form field 'summary' is 'short', not 'long'; form field 'license' is missing; "
        "headers field 'accept' is missing"
    )


def test_a_wrong_number_of_requests_is_shown() -> None:
    requests = received(request(), request())
    assert requests.assert_received(times=2) is requests[-1]
    with pytest.raises(UnexpectedRequests, match=r"received 2 requests with method='GET', not 1:\n  GET .*\n  GET"):
        requests.assert_received(times=1, method="GET")


def test_a_request_that_should_not_be_there_is_shown() -> None:
    requests = received(request(path="/a"), request(path="/b", fault="hang"))
    requests.assert_not_received(path="/c")
    with pytest.raises(UnexpectedRequests, match=r"received 1 requests with path='/b':\n  GET .*/b .* fault: hang"):
        requests.assert_not_received(path="/b")


def test_the_view_shows_later_requests_and_slices_do_not() -> None:
    requests = received(request(path="/1"))
    part = requests[:]
    requests.add(request(path="/2"))
    assert [each.path for each in requests] == ["/1", "/2"]
    assert [each.path for each in part] == ["/1"]
    requests.clear()
    assert (len(requests), requests.total) == (0, 0)
