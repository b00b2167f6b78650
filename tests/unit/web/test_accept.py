"""Negotiation as the real server does it: rows of the recorded family ``accept`` and of RFC 7231, 5.3.2."""

from __future__ import annotations

import pytest

from fake_pypi.web.responses import acceptable

OFFERS = ["text/html", "application/json"]
BOTH, HTML_ONLY, JSON_ONLY, JSON_FIRST = OFFERS, OFFERS[:1], OFFERS[1:], OFFERS[::-1]
NONE: list[str] = []


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, BOTH),
        ("", NONE),
        ("*/*", BOTH),
        ("image/png", NONE),
        ("application/*", JSON_ONLY),
        ("text/plain, text/html;q=0.5", HTML_ONLY),
        ("TEXT/HTML", HTML_ONLY),
        ("application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7", JSON_FIRST),
        ("text/html ;q=0.4,application/json", JSON_FIRST),
        ("text/html;Q=0.1,application/json;q=0.2", JSON_FIRST),
        ("text/*;q=0.3, */*;q=0.5", JSON_FIRST),
        ("text/html;q=0, */*", JSON_ONLY),
        ("*/*;q=0", NONE),
        ("text/html;level=1, */*;q=0.1", BOTH),
        ("application/json;charset=utf-8", NONE),
        ("text/html;q=0.8;ext=1, application/json;q=0.7", BOTH),
        ("text/html;q=0.5, text/html;q=0.8, application/json;q=0.7", JSON_FIRST),
        ("text/html;q=0, text/html;q=1", NONE),
        (", ,text/html", HTML_ONLY),
        ("text/html,", HTML_ONLY),
        (",", NONE),
        ("*/*;level=1", BOTH),
        ("*/html", NONE),
        ('text/html;a="x, y", application/json', JSON_ONLY),
    ],
)
def test_an_accept_header_selects(accept: str | None, expected: list[str]) -> None:
    assert acceptable(accept, OFFERS) == expected


@pytest.mark.parametrize(
    "accept",
    [
        "*",
        "text/html;;q=1",
        " text/html",
        'text/html;q="0.5"',
        "text/html; q=1.0000",
        ",text/html",
        "text/html image/png",
    ],
)
def test_a_header_that_breaks_the_grammar_allows_everything(accept: str) -> None:
    assert acceptable(accept, OFFERS) == OFFERS
