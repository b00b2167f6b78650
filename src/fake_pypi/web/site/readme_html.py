"""The description of a release on its page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from fake_pypi.inspection.readme import READMES

# Attributes are always quoted, and quotes in them escaped: the HTML comes from the renderer's sanitizer.
_CHANGED = re.compile(
    r'<(?:img(?P<image>(?:\s+[\w:-]+(?:="[^"]*")?)*)\s*/?>'
    r"|(?P<heading>/?h)(?P<level>[1-6])(?=[\s>])"
    r'|(?P<code>pre)(?: lang="(?P<language>[^"]*)")?'
    r'|a href="#[^"]*" rel="nofollow"></a>'
    r"|(?P<link>/?a)(?=[\s>]))"
)
Render = Callable[[str, "str | None"], "str | None"]
"""Renders a description with its content type; None if it cannot be rendered."""
_ALT = re.compile(r'\salt="([^"]*)"')
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def readme_html(description: str, content_type: str | None, render: Render = READMES.render) -> str:
    r"""Return a description as HTML that is safe to show; one that cannot be rendered is shown as it is.

    >>> readme_html("![logo](https://e.com/a.png)", "text/markdown")
    '<p><a class="image" href="https://e.com/a.png" rel="nofollow noopener">logo</a></p>\n'

    Headings are one level lower than in the readme and have no link to themselves, and the keyboard can scroll code.
    An image is a box with its text, which leads to the image: nothing is fetched from other machines. One that PyPI
    cannot show either, because its address is relative or was removed by the sanitizer, says so.
    """
    rendered = render(description, content_type)
    if rendered is None:
        return f'<pre tabindex="0">{html.escape(description)}</pre>'
    return _CHANGED.sub(_Replacing(), rendered)


class _Replacing:
    """Replaces the tags of a description one after the other, as it is inside of a link or not."""

    def __init__(self) -> None:
        self._in_link = False

    def __call__(self, tag: re.Match[str]) -> str:
        if tag["link"]:
            self._in_link = tag["link"] == "a"
            return tag[0]
        if tag["image"] is not None:
            return self._image(tag["image"])
        if tag["heading"]:
            return f"<{tag['heading']}{min(6, int(tag['level']) + 1)}"
        if tag["code"]:  # what a readme calls the language of code is no language of people
            return '<pre tabindex="0"' + (f' data-lang="{tag["language"]}"' if tag["language"] else "")
        return ""

    def _image(self, attributes: str) -> str:
        alt, source = _ALT.search(attributes), _SOURCE.search(attributes)
        text, address = (alt[1] if alt else "") or "image", source[1] if source else ""
        if not _REMOTE.match(address):
            reason = f"relative address: {address}" if address else "its address was removed"
            return f'<span class="image">{text} (PyPI does not show it: {reason})</span>'
        if self._in_link:
            return f'<span class="image" title="{address}">{text}</span>'
        return f'<a class="image" href="{address}" rel="nofollow noopener">{text}</a>'
