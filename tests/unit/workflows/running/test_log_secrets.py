from __future__ import annotations

import base64

import pytest

from fake_pypi.workflows.running.log_secrets import LogSecrets

SECRET = "correct-Horse-battery-staple"


def secrets() -> LogSecrets:
    known = LogSecrets()
    known.add("PASSWORD", SECRET)
    return known


def test_exact_copies_are_masked_and_found() -> None:
    text = f"password={SECRET};"

    assert secrets().mask(text) == "password=***;"
    assert secrets().printed_in(text) == ["PASSWORD"]
    assert secrets().readable_in(text) == {}


def test_a_secret_of_several_lines_is_masked_line_by_line() -> None:
    known = LogSecrets()
    known.add("KEY", "first line\nsecond line")

    assert known.mask("x first line y\nsecond line") == "x *** y\n***"


def test_a_text_that_a_step_added_is_masked_but_no_secret_of_the_workflow() -> None:
    known = LogSecrets()
    known.add_mask("derived")

    assert (known.mask("a derived text"), known.printed_in("derived")) == ("a *** text", [])


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        (SECRET[::-1], "reversed"),
        (SECRET.encode().hex(), "in hexadecimal digits"),
        (base64.b64encode(SECRET.encode()).decode(), "in base64"),
        (base64.b64encode(f"__token__:{SECRET}".encode()).decode(), "in base64"),
        (base64.urlsafe_b64encode(f"a{SECRET}".encode()).decode(), "in base64"),
        (" ".join(SECRET), "split by other characters"),
        ("\n".join(SECRET), "split by other characters"),
        (SECRET.upper(), "in upper case"),
        (SECRET.lower(), "in lower case"),
        (SECRET[:16], "in part"),
        (SECRET[10:], "in part"),
    ],
)
def test_what_github_would_leave_readable_is_found(printed: str, form: str) -> None:
    assert secrets().readable_in(f"the value is {printed} here") == {"PASSWORD": form}


@pytest.mark.parametrize("text", ["", "nothing here", "correct", SECRET[:8], "***"])
def test_other_texts_reveal_nothing(text: str) -> None:
    assert secrets().readable_in(text) == {}


def test_the_common_begin_of_tokens_reveals_nothing() -> None:
    known = LogSecrets()
    token = "pypi-" + "A" * 35 + "0123456789abcdefghijklmnopqrstuvwxyz"
    known.add("TOKEN", token)

    assert known.readable_in(token[:30]) == {}
    assert known.readable_in(token[-14:]) == {"TOKEN": "in part"}


def test_an_empty_secret_masks_nothing() -> None:
    known = LogSecrets()
    known.add("EMPTY", "")

    assert known.mask("text") == "text"
