"""Descriptions as they stand on a page."""

from __future__ import annotations

import pytest

from fake_pypi.web.site.readme_html import readme_html


@pytest.mark.parametrize(
    ("description", "content_type", "part"),
    [
        ("## Two", "text/markdown", "<h3"),
        ("###### Six", "text/markdown", "<h6"),
        ("`a < b`", "text/markdown", "<code>a &lt; b</code>"),
        ("```python\nx\n```", "text/markdown", '<pre tabindex="0" data-lang="python">'),
        (
            '![a "quoted" text](https://example.com/x.png)',
            "text/markdown",
            'href="https://example.com/x.png" rel="nofollow noopener">a &quot;quoted&quot; text</a>',
        ),
        ("![](https://example.com/x.png)", "text/markdown", ' rel="nofollow noopener">image</a>'),
        (".. image:: https://example.com/x.png\n   :alt: logo", "text/x-rst", ' rel="nofollow noopener">logo</a>'),
        (
            "[![badge](https://example.com/x.svg)](https://example.com)",
            "text/markdown",
            '<span class="image" title="https://example.com/x.svg">badge</span></a>',
        ),
        (
            "![logo](docs/logo.png)",
            "text/markdown",
            '<span class="image">logo (PyPI does not show it: relative address: docs/logo.png)</span>',
        ),
        (
            "![logo](data:image/png;base64,AAAA)",
            "text/markdown",
            '<span class="image">logo (PyPI does not show it: its address was removed)</span>',
        ),
        ("plain <b>text</b>", "text/plain", "plain &lt;b&gt;text&lt;/b&gt;"),
        ("`broken <b", "text/x-rst", '<pre tabindex="0">`broken &lt;b</pre>'),
    ],
)
def test_a_description_is_shown_so(description: str, content_type: str, part: str) -> None:
    html = readme_html(description, content_type)
    assert part in html
    assert "<img" not in html


def test_the_name_of_a_tag_in_the_text_is_left_alone() -> None:
    assert "&lt;img src=x&gt; &lt;h1&gt;" in readme_html("`<img src=x> <h1>`", "text/markdown")


def test_a_link_to_a_heading_stays_and_its_empty_link_goes() -> None:
    html = readme_html("# Use\n\n[see](#use)", "text/markdown")
    assert 'id="user-content-use">Use</h2>' in html
    assert ">see</a>" in html
