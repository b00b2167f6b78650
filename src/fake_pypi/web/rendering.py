"""Pages for people, rendered from the templates beside this module. Every value is escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.web import formats
from fake_pypi.web.responses import HTML, TITLES, Header, Response

if TYPE_CHECKING:
    from jinja2 import Environment

    from fake_pypi.sites import Site
    from fake_pypi.web.exchange import Exchange

VARY: Header = ("Vary", "PyPI-Locale, Accept-Encoding")
ERROR_TITLES = {403: "Access Denied / Forbidden (403)", 404: "Page Not Found (404)", 410: "Page removed (410)"}
SERVER_ERROR_TITLE = "Internal server error (500)"
ASSETS = Path(__file__).parent / "assets"


def page(
    exchange: Exchange,
    template: str,
    *,
    status: int = 200,
    headers: tuple[Header, ...] = (VARY,),
    scripts: tuple[str, ...] = (),
    **values: object,
) -> Response:
    """Return a page of the site.

    Every template extends `base.html` and finds `site` (the site that is imitated), `root` (what its links to
    the index start with: "" on the index's own host), `browser` (session and user), `path`, `style` and `page_scripts`.
    Style and scripts are part of the page, so that no page needs a second request, and the security policy names them
    by their digests. `scripts` are the files in `assets` that this page has besides `site.js`; they may send requests
    to the index.
    """
    body = (
        _environment()
        .get_template(template)
        .render(
            layout="base.html",
            site=exchange.instance.site,
            root=_root(exchange),
            browser=exchange.browser,
            notice=exchange.notice,
            path=exchange.path,
            style=asset("site.css"),
            page_scripts=[asset(name) for name in ("site.js", *scripts)],
            **values,
        )
    )
    policy = (("Content-Security-Policy", _policy(scripts)), ("Referrer-Policy", "origin-when-cross-origin"))
    content_type = ("Content-Type", HTML)
    return Response(status, TITLES[status], (content_type, *headers, *policy), body.encode("utf-8", "replace"))


def error_page(exchange: Exchange, status: int) -> Response:
    """Return the site's page for 403, 404, 410 or 500."""
    title = ERROR_TITLES.get(status, SERVER_ERROR_TITLE)
    url = f"{exchange.origin}{exchange.target}"
    return page(exchange, "error.html", status=status, headers=(), status_code=status, page_title=title, url=url)


def standalone_page(site: Site, template: str, **values: object) -> str:
    """Return a page of a site as a document that is shown without the site: it has no header, search, or footer."""
    template_of_page = _environment().get_template(template)
    return template_of_page.render(layout="standalone.html", site=site, root="", style=asset("site.css"), **values)


def _root(exchange: Exchange) -> str:
    """Return what links to the index start with: nothing, unless another real host shows the page."""
    origin = exchange.origin
    is_elsewhere = origin.is_real and origin.host.partition(":")[0] != origin.hosts.index
    return origin.site if is_elsewhere else ""


@cache
def asset(name: str) -> str:
    """Return the text of a file in `assets`."""
    return (ASSETS / name).read_text("utf-8")


@cache
def _policy(scripts: tuple[str, ...]) -> str:
    digests = " ".join(f"'{_digest(asset(name))}'" for name in ("site.js", *scripts))
    connections = "connect-src 'self'; " if scripts else ""
    return (
        f"default-src 'none'; style-src '{_digest(asset('site.css'))}'; script-src {digests}; {connections}"
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _has_link(message: str) -> bool:
    """Whether a message about a field has a link: the one about breached passwords. Every other message is text."""
    from fake_pypi.operations.account_forms import BREACHED_PASSWORD

    start, _, end = BREACHED_PASSWORD.partition("{domain}")
    return message.startswith(start) and message.endswith(end)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("fake_pypi.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(date=formats.date, timestamp=formats.timestamp, file_size=formats.file_size)
    environment.tests["with_link"] = _has_link
    return environment
