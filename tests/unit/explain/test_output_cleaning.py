"""Output freed of what terminals, web pages and CI logs put around the words."""

from __future__ import annotations

import pytest

from fake_pypi.explain.output_cleaning import LONGEST_TEXT, CleanedOutput, folded

WORDS = "File already exists"


@pytest.mark.parametrize(
    "printed",
    [
        "File already exists",
        "File   already\n\t exists",
        "\x1b[31mFile \x1b[1malready\x1b[0m exists",
        "[31mFile [0malready[0m exists",
        "\x1b]8;;https://example.com\x1b\\File already\x1b]8;;\x1b\\ exists",
        "│ File already │\n│ exists       │",
        "> File already\n> exists",
        "2026-08-21T09:12:03.1234567Z File already\n2026-08-21T09:12:03.1234568Z exists",
        "publish\tUpload\t2026-08-21T09:12:03Z File already\npublish\tUpload\t2026-08-21T09:12:04Z exists",
        "2026-08-21T09:12:03.123456Z 01O File already\n2026-08-21T09:12:03.123456Z 01O exists",
        "#12 0.345 File already\n#12 0.346 exists",
        "##[error]File already exists",
        "<h1>File already</h1> exists",
        "File already\\n exists",
        "File already\r\nexists",
        "FILE ALREADY EXISTS",
        "  | 2024-09-30 16:20:57 UTC | File already\n  | 2024-09-30 16:20:57 UTC | exists",
        "[File](https://github.com/demo/runs/1#step:3:43) already exists",
        "File already > exists",
    ],
)
def test_formatting_is_removed_from_the_output(printed: str) -> None:
    assert CleanedOutput(printed).compared == folded(WORDS)


def test_html_entities_are_decoded() -> None:
    assert "'demo'" in CleanedOutput("&#x27;demo&#x27; &lt;").text


def test_compared_text_can_be_located_in_the_output() -> None:
    printed = CleanedOutput("ERROR  File\n   already  exists (1)")
    start = printed.compared.index("file")
    begin, end = printed.span(start, start + len(folded(WORDS)))
    assert " ".join(printed.text[begin:end].split()) == WORDS
    assert printed.span(3, 3) == (0, 0)


def test_line_ends_are_known_in_the_compared_text() -> None:
    printed = CleanedOutput("File already\nexists...and more")
    assert printed.breaks_off_at(len("filealready"))
    assert not printed.breaks_off_at(len("filealre"))
    assert printed.breaks_off_at(len("filealreadyexists"))
    assert printed.breaks_off_at(10_000)


def test_of_a_huge_log_the_end_and_the_surroundings_of_clues_are_read() -> None:
    log = "x" * LONGEST_TEXT + "HTTPError: 400 early" + "y" * LONGEST_TEXT + WORDS
    text = CleanedOutput(log).text
    assert "HTTPError: 400 early" in text
    assert text.endswith(WORDS)
    assert len(text) < LONGEST_TEXT


def test_tokens_are_redacted() -> None:
    token = "pypi-" + "AgEN" * 20
    assert token not in CleanedOutput(f"password = {token}").text


@pytest.mark.parametrize("kept", ["<Version('1.0+abc')>", "<ObjectIdentifier(oid=1)>", "<jane@example.org>"])
def test_text_that_looks_like_html_is_not_removed(kept: str) -> None:
    assert kept in CleanedOutput(f"<p>The use of {kept} is not allowed</p>").text
