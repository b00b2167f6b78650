"""Pages for people, rendered from the templates beside this module. Every value is escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fake_pypi.web.responses import HTML, TITLES, Header, Response

if TYPE_CHECKING:
    from jinja2 import Environment


HEADERS: tuple[Header, ...] = (("Content-Type", HTML), ("Content-Security-Policy", "default-src 'none'"))


def render(template: str, **values: object) -> bytes:
    """Return a page.

    >>> b"<code>/&lt;b&gt;</code>" in render("not-found.html", url="/<b>")
    True
    """
    return _environment().get_template(template).render(values).encode("utf-8", "replace")


def page(template: str, *, status: int = 200, headers: tuple[Header, ...] = (), **values: object) -> Response:
    """Return a page for people. Nothing in it makes a browser leave this machine.

    >>> page("not-found.html", status=404, url="https://pypi.org/x").status_line
    '404 Not Found'
    """
    return Response(status, TITLES[status], (*HEADERS, *headers), render(template, **values))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("fake_pypi.web")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
