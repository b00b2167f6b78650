from __future__ import annotations

from fake_pypi.serving.blocked_requests import LONGEST_TEXT, MOST_BLOCKED_REQUESTS, BlockedRequest, BlockedRequests

TWINE = BlockedRequest("example.com", 443, "CONNECT", "twine/7")
CURL = BlockedRequest("example.com", 443, "CONNECT", "curl/8")


def test_equal_requests_are_counted_and_others_listed_in_order() -> None:
    attempts = BlockedRequests()
    for attempt in (TWINE, CURL, TWINE, TWINE):
        attempts.add(attempt)
    assert [(attempt.user_agent, attempt.count) for attempt in attempts.list()] == [
        ("twine/7", 3),
        ("curl/8", 1),
    ]


def test_every_attempt_is_reported_with_its_count() -> None:
    attempts, reported = BlockedRequests(), list[str]()
    attempts.on_add = lambda attempt: reported.append(str(attempt))
    attempts.add(TWINE)
    attempts.add(TWINE)
    assert reported == ["example.com:443 (CONNECT by twine/7)", "example.com:443 (CONNECT by twine/7, 2 times)"]


def test_the_list_can_be_emptied() -> None:
    attempts = BlockedRequests()
    attempts.add(TWINE)
    attempts.forget()
    assert attempts.list() == []


def test_many_different_attempts_are_counted_beyond_the_listed_ones() -> None:
    attempts = BlockedRequests()
    for number in range(MOST_BLOCKED_REQUESTS + 7):
        attempts.add(BlockedRequest(f"host-{number}.example", 443, "CONNECT", "x" * 5_000))
    attempts.add(BlockedRequest("host-0.example", 443, "CONNECT", "x" * 5_000))
    listed = attempts.list()
    assert (len(listed), attempts.dropped, listed[0].count) == (MOST_BLOCKED_REQUESTS, 7, 2)
    assert {len(each.user_agent or "") for each in listed} == {LONGEST_TEXT}
