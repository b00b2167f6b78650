"""Lead browsers from the IP address of an index to its own host name, such as http://pypi.localhost:8080.

Cookies do not depend on the port, so a log-in to one index at 127.0.0.1 would end the log-in to the other one there.
Programs are never redirected: only a browser that opens a page sends `Sec-Fetch-Mode: navigate`
(https://www.w3.org/TR/fetch-metadata/), also to addresses on loopback without TLS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.loopback import is_loopback
from fake_pypi.sites import SITES
from fake_pypi.web.responses import redirect
from fake_pypi.web.site.site_routes import PageView

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


def to_browser_address(exchange: Exchange) -> Response | None:
    """Return the redirect of a browser that opens a page for people at a host that is not the index's own, or None."""
    base, route = exchange.instance.browser_url, exchange.route
    if base is None or exchange.method != "GET" or route is None or not isinstance(route.view, PageView):
        return None
    own_name = exchange.instance.site.browser_host
    if not _is_shared(exchange.origin.name.lower(), own_name) or not _is_browser(exchange):
        return None
    response = redirect(303, f"{base}{exchange.target}", exchange.accept, origin=base)
    return response.with_headers(("Cache-Control", "no-store"), ("Vary", "Sec-Fetch-Mode, User-Agent"))


def _is_shared(name: str, own_name: str) -> bool:
    """Return whether a host may have cookies of another index: an IP address, localhost, the name of the other site.

    >>> [_is_shared(name, "pypi.localhost") for name in ("127.0.0.1", "testpypi.localhost", "pypi.localhost")]
    [True, True, False]

    A name that somebody has chosen, such as `course.localhost`, is left alone, and so are addresses of other machines.
    """
    others = {site.browser_host for site in SITES.values()} - {own_name}
    return name in others or (is_loopback(name) and not name.endswith(".localhost"))


def _is_browser(exchange: Exchange) -> bool:
    """Return whether a browser opens a page and resolves names below `.localhost`, as all but Safari do."""
    user_agent = str(exchange.environ.get("HTTP_USER_AGENT", ""))
    opens_page = exchange.environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
    return opens_page and ("Safari/" not in user_agent or "Chrome/" in user_agent)
