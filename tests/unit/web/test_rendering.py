"""Pages for people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fake_pypi.web.rendering import page

URL = "https://pypi.org/<script>"


@pytest.mark.parametrize(
    ("template", "values", "title"),
    [
        ("not-found.html", {"url": URL}, "Page Not Found (404) · Python Package Index"),
        (
            "upload-endpoint.html",
            {"url": URL, "host": "pypi.org", "index": "https://pypi.org/"},
            "pypi.org · Python Package Index",
        ),
    ],
)
def test_a_page_has_pypis_title_and_keeps_the_browser_here(template: str, values: dict[str, Any], title: str) -> None:
    rendered = page(template, status=404, **values)
    text = rendered.body.decode()
    assert (rendered.status_line, rendered.header("Content-Type")) == ("404 Not Found", "text/html; charset=UTF-8")
    assert ("Content-Security-Policy", "default-src 'none'") in rendered.headers
    assert f"<title>{title}</title>" in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"<script|<link|<iframe|src=|/_includes/", text)
