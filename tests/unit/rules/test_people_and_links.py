from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "people",
    [
        "a@example.com",
        "A <a@example.com>",
        "a@example.com, b@localhost",
        "A, B <b@localhost>",
        "a@@example.com",
        "a@exa mple.com",
        "a@[127.0.0.1]",
        "a@localhost (at home",
        "a@localhost)",
    ],
)
def test_an_address_that_could_exist_is_fine_and_a_list_is_not_looked_at(message_for: Any, people: str) -> None:
    assert message_for(author_email=people, maintainer_email=people) is None


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("A B", "'A' is not a valid email address: An email address must have an @-sign."),
        (
            "@example.com",
            "'@example.com' is not a valid email address: There must be something before the @-sign.",
        ),
        (
            "a@localhost",
            (
                "'a@localhost' is not a valid email address: "
                "The part after the @-sign is not valid. It should have a period."
            ),
        ),
    ],
)
def test_an_address_that_cannot_exist_is_rejected(message_for: Any, people: str, words: str) -> None:
    assert message_for(author_email=people) == words
    assert message_for(maintainer_email=people) == words


@pytest.mark.parametrize("field", ["home_page", "download_url"])
@pytest.mark.parametrize("url", ["https://example.com/", "http://", "https://example.com/ x", "HTTP://e.com"])
def test_an_address_with_a_webs_scheme_is_fine(message_for: Any, field: str, url: str) -> None:
    assert message_for(**{field: url}) is None
    assert message_for(project_urls=f"Home, {url}") is None


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com/", "javascript:alert(1)", "mailto:a@b.c"])
def test_an_address_without_one_is_rejected(message_for: Any, url: str) -> None:
    words = f"{url!r} is not a valid url."

    assert message_for(home_page=url) == words
    assert message_for(download_url=url) == words
    assert message_for(project_urls=f"Home, {url}") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (", https://example.com/", "Must have a label."),
        ("Home, ", "Must have a URL."),
        ("Home", "Must have a URL."),
        (f"{'x' * 33}, https://e.com", f"'{'x' * 33}' must be 32 characters or less."),
    ],
)
def test_a_project_url_has_label_and_address(message_for: Any, text: str, words: str) -> None:
    assert message_for(project_urls=text) == words


def test_a_label_of_32_characters_is_fine_and_commas_in_the_address_too(message_for: Any) -> None:
    assert message_for(project_urls=f"{'x' * 32},https://e.com/a,b") is None


def test_two_project_urls_need_two_labels(message_for: Any) -> None:
    assert (
        message_for(project_urls=["Home, https://a.com", "Home , https://b.com"]) == "'project_urls' has invalid data."
    )
    assert message_for(project_urls=["Home, https://a.com", "home, https://b.com"]) is None
