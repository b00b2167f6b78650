"""How values are written on pages."""

from __future__ import annotations

import pytest

from fake_pypi.web.formats import file_size, file_tags, web_address


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 Bytes"),
        (1, "1 Byte"),
        (999, "999 Bytes"),
        (1000, "1.0 kB"),
        (2_500_000, "2.5 MB"),
        (7 * 10**12, "7.0 TB"),
    ],
)
def test_a_size_is_written_in_decimal_units(size: int, text: str) -> None:
    assert file_size(size) == text


@pytest.mark.parametrize("text", ["http://example.com", "https://example.com/a?b=c#d", "HTTPS://example.com"])
def test_addresses_of_the_web_become_links(text: str) -> None:
    assert web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//a.b",
        "https:",
        "http://[",
        "mailto:a@b.c",
    ],
)
def test_other_texts_become_no_link(text: str | None) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize(
    ("filename", "tags"),
    [
        ("demo-1.0.tar.gz", ["Source"]),
        ("demo-1.0-py3-none-any.whl", ["Python 3"]),
        ("demo-1.0-py2.py3-none-any.whl", ["Python 2", "Python 3"]),
        ("demo-1.0-1-cp310-abi3-win_amd64.whl", ["CPython 3.10", "Windows x86-64"]),
        ("demo-1.0-pp311-pypy311_pp73-musllinux_1_2_aarch64.whl", ["PyPy 3.11", "musllinux: musl 1.2+ aarch64"]),
        ("demo-1.0-cp313-cp313-macosx_11_0_arm64.whl", ["CPython 3.13", "macOS 11.0+ arm64"]),
        ("demo-1.0-odd3-none-strange.whl", ["odd3", "strange"]),
        ("demo.whl", []),
    ],
)
def test_the_tags_of_a_file_are_written_in_words(filename: str, tags: list[str]) -> None:
    assert file_tags(filename, "sdist" if filename.endswith(".gz") else "bdist_wheel") == tags
