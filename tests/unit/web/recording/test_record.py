"""The record: bounded by count and by bytes, and it says what it does not have."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fake_pypi.web.recording import bounded_entries as bounds
from fake_pypi.web.recording.headers import FormFields
from fake_pypi.web.recording.record import Record
from fake_pypi.web.recording.recorded_request import RecordedRequest, RejectedUpload

if TYPE_CHECKING:
    import pytest


def request(path: str = "/", form: tuple[tuple[str, str], ...] = ()) -> RecordedRequest:
    fields = FormFields(form)
    return RecordedRequest("POST", "http", "127.0.0.1", path, "", "curl/8", "direct", 200, "OK", form=fields)


def rejection(message: str) -> RejectedUpload:
    return RejectedUpload("rule", 400, message, "demo", "1.0", "demo-1.0.tar.gz", "alice")


def test_short_texts_are_not_changed() -> None:
    record, sent = Record(), request(form=(("name", "demo"), ("description", "x" * 30_000)))
    record.add(sent)
    assert record.requests == [sent]
    assert record.requests[0].truncated == ()


def test_the_newest_requests_are_stored_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_ENTRIES", 3)
    record = Record()
    for number in range(5):
        record.add(request(f"/{number}"), rejection(str(number)))
    assert [each.path for each in record.requests] == ["/2", "/3", "/4"]
    assert [each.message for each in record.rejections] == ["2", "3", "4"]
    assert (record.requests.dropped, record.requests.total) == (2, 5)
    assert (record.rejections.dropped, record.rejections.total) == (2, 5)


def test_what_came_after_a_moment_is_found_although_older_ones_were_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_ENTRIES", 3)
    record = Record()
    for number in range(4):
        record.add(request(f"/{number}"))
    before = record.requests.total
    record.add(request("/4"))
    record.add(request("/5"))
    assert [each.path for each in record.requests.after(before)] == ["/4", "/5"]
    assert [each.path for each in record.requests.after(0)] == ["/3", "/4", "/5"]


def memory_of(record: Record) -> int:
    """Return the bytes of all texts that the record has."""
    texts = [text for each in record.requests for pair in each.form.pairs for text in pair]
    texts += [each.path for each in record.requests] + [each.message for each in record.rejections]
    return sum(map(sys.getsizeof, texts))


def test_the_texts_of_all_requests_together_stay_below_the_bound() -> None:
    record = Record()
    for number in range(400):
        fields = tuple((f"field-{each}", "\U0001f40d" * 8_000) for each in range(8))
        record.add(request(f"/{number}", form=fields), rejection("\U0001f40d" * 40_000))
    assert bounds.MOST_BYTES // 2 < memory_of(record) < 2 * bounds.MOST_BYTES
    assert record.requests.dropped > 300
    assert record.requests[-1].path == "/399"


def test_the_newest_request_is_stored_with_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_BYTES", 10)
    record = Record()
    record.add(request("/1"))
    record.add(request("/2"))
    assert [each.path for each in record.requests] == ["/2"]


def test_a_long_text_is_cut_and_named() -> None:
    record = Record()
    record.add(request("/" * 50_000, form=(("summary", "short"), ("description", "x" * 50_000))))
    kept = record.requests[0]
    assert kept.truncated == ("path", "description")
    assert kept.path == "/" * bounds.LONGEST_TEXT
    assert kept.form.pairs == (("summary", "short"), ("description", "x" * bounds.LONGEST_TEXT))


def test_a_long_message_of_a_rejection_is_cut() -> None:
    record = Record()
    record.add(request(), rejection("x" * 50_000))
    assert record.rejections[0].message == "x" * bounds.LONGEST_TEXT


def test_a_form_with_too_much_text_loses_its_last_fields_and_is_marked() -> None:
    fields = tuple((f"field-{number}", "x" * 30_000) for number in range(20))
    record = Record()
    record.add(request(form=fields))
    kept = record.requests[0]
    assert kept.truncated[-1] == "form"
    assert sum(len(text) for _, text in kept.form.pairs) <= bounds.MOST_FORM_TEXT
    assert kept.form.pairs[0] == fields[0]


def test_a_form_with_too_many_fields_loses_the_last_ones_and_is_marked() -> None:
    record = Record()
    record.add(request(form=(("classifiers", "x"),) * 10_000))
    assert (len(record.requests[0].form.pairs), record.requests[0].truncated) == (bounds.MOST_FORM_FIELDS, ("form",))


def test_a_long_name_of_a_field_is_cut() -> None:
    record = Record()
    record.add(request(form=(("n" * 5_000, "x"),)))
    name = "n" * bounds.LONGEST_NAME
    assert (record.requests[0].form.pairs, record.requests[0].truncated) == (((name, "x"),), (name,))


def test_listeners_are_called_with_the_stored_request() -> None:
    record, seen = Record(), list[RecordedRequest]()
    record.listeners.append(seen.append)
    record.add(request("/" * 50_000))
    assert seen == record.requests
