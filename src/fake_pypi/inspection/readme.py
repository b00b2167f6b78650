"""The rendered description of a project. The last ones are cached, for the check of the upload and for the page."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from fake_pypi.inspection.field_values import content_type_of

CAPACITY = 4 * 1024 * 1024
"""Most characters of HTML that the process keeps."""


class ReadmeCache:
    """The HTML of descriptions by the digest of their text; the one that was used longest ago is dropped first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._size = 0
        self._pages: OrderedDict[str, str | None] = OrderedDict()
        self._lock = threading.Lock()

    def render(self, description: str, content_type: str | None) -> str | None:
        r"""Return the HTML of a description, sanitized; None if PyPI's renderer rejects it.

        Without a content type it is reStructuredText.

        >>> ReadmeCache().render("*A*", "text/markdown")
        '<p><em>A</em></p>\\n'
        """
        key = digest_of(description, content_type)
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        html = _render(description, content_type)
        self.put(key, html)
        return html

    def __contains__(self, key: str) -> bool:
        """Whether the HTML for a digest is cached."""
        with self._lock:
            return key in self._pages

    def put(self, key: str, html: str | None) -> None:
        """Cache the HTML for a digest."""
        with self._lock:
            if key not in self._pages:
                self._pages[key] = html
                self._size += len(html or "")
            while self._size > self._capacity:
                self._size -= len(self._pages.popitem(last=False)[1] or "")


def digest_of(description: str, content_type: str | None) -> str:
    """Return the digest of a description and its content type, as hexadecimal digits."""
    return hashlib.sha256(f"{content_type}\n{description}".encode("utf-8", "surrogatepass")).hexdigest()


READMES = ReadmeCache()
"""The cache of this process."""


def renders(description: str, content_type: str | None) -> bool:
    """Return whether PyPI's renderer makes a page of a description; without a content type it is reStructuredText.

    >>> renders("* a list", "text/markdown")
    True
    """
    return READMES.render(description, content_type) is not None


def _render(description: str, content_type: str | None) -> str | None:
    kind, parameters = content_type_of(content_type) if content_type else ("text/x-rst", {})
    if kind == "text/x-rst":
        from readme_renderer import rst

        return rst.render(description)
    if kind == "text/markdown":
        from readme_renderer import markdown

        return markdown.render(description, variant=parameters.get("variant", "GFM"))
    from readme_renderer import txt

    return txt.render(description)
