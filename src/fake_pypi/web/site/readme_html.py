"""The description of a release on its page."""

from __future__ import annotations

import html
import re

from fake_pypi.inspection.readme import READMES

# Attributes are always quoted, and quotes in them escaped: the HTML comes from the renderer's sanitizer.
_CHANGED = re.compile(
    r'<(?:img(?P<image>(?:\s+[\w:-]+(?:="[^"]*")?)*)\s*/?>'
    r"|(?P<heading>/?h)(?P<level>[1-6])(?=[\s>])"
    r'|(?P<code>pre)(?: lang="(?P<language>[^"]*)")?'
    r'|a href="#[^"]*" rel="nofollow"></a>)'
)
_ALT = re.compile(r'\salt="([^"]*)"')


def readme_html(description: str, content_type: str | None) -> str:
    r"""Return a description as HTML that is safe to show; one that cannot be rendered is shown as it is.

    >>> readme_html("# A\n\n![logo](https://example.com/a.png)", "text/markdown")
    '<h2 id="user-content-a">A</h2>\n<p><span class="image">logo</span></p>\n'

    Headings are one level lower than in the readme and have no link to themselves, the keyboard can scroll code, and
    an image is a box with its text: images are on other machines.
    """
    rendered = READMES.render(description, content_type)
    if rendered is None:
        return f'<pre tabindex="0">{html.escape(description)}</pre>'
    return _CHANGED.sub(_replacement, rendered)


def _replacement(tag: re.Match[str]) -> str:
    if tag["image"] is not None:
        alt = _ALT.search(tag["image"])
        return f'<span class="image">{(alt[1] if alt else "") or "image"}</span>'
    if tag["heading"]:
        return f"<{tag['heading']}{min(6, int(tag['level']) + 1)}"
    if tag["code"]:  # what a readme calls the language of code is no language of people
        return '<pre tabindex="0"' + (f' data-lang="{tag["language"]}"' if tag["language"] else "")
    return ""
