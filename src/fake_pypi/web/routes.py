"""The addresses of a site, and the response to a request by its address.

A new page is a view (a function from an `Exchange` and the named parts of the path to a response) and a `Route` in the
table. The first route that matches the path, at a host that has it, responds.
"""

from __future__ import annotations

from typing import Any

from fake_pypi.web.api import downloads, feeds, integrity, legacy, project_json, simple, trusted_publishing
from fake_pypi.web.exchange import Exchange, Origin
from fake_pypi.web.not_found import moved_to, moved_to_files
from fake_pypi.web.other_servers import devpi_index, gitlab_registry, nexus_repository, pypiserver_site
from fake_pypi.web.responses import Response, text_response
from fake_pypi.web.routing import ANYWHERE, FILE_METHODS, FILES, INDEX, UPLOAD, Route
from fake_pypi.web.site import sitemap
from fake_pypi.web.site.site_routes import SITE_ROUTES

NAME, VERSION, PATH, FILENAME = r"(?P<name>[^/]+)", r"(?P<version>[^/]+)", r"(?P<path>.+)", r"(?P<filename>[^/]+)"


def health(_exchange: Exchange) -> Response:
    """Respond at `/_health/`."""
    return text_response(200, "OK").with_headers(("Vary", "Accept-Encoding"))


WAREHOUSE = (
    Route(rf"/simple/{NAME}/", simple.project_page, stale_as="simple"),
    Route(r"/simple/", simple.index_page, stale_as="list"),
    Route(rf"/integrity/{NAME}/{VERSION}/{FILENAME}/provenance", integrity.provenance, methods=None),
    Route(r"/_/oidc/audience", trusted_publishing.audience, on=(INDEX, UPLOAD), methods=None),
    Route(r"/_/oidc/(?:github/)?mint-token", trusted_publishing.mint_token, on=(INDEX, UPLOAD), methods=None),
    Route(r"/_/oidc/burn-token", trusted_publishing.burn_token, on=(INDEX, UPLOAD), methods=None),
    Route(rf"/packages/offered/{FILENAME}\.metadata", downloads.fallback_metadata, on=(FILES,), methods=FILE_METHODS),
    Route(rf"/packages/offered/{FILENAME}", downloads.fallback_file, on=(FILES,), methods=FILE_METHODS),
    Route(rf"/packages/{PATH}\.metadata", downloads.core_metadata, on=(FILES,), methods=FILE_METHODS, stale_as="files"),
    Route(rf"/packages/{PATH}", downloads.file, on=(FILES,), methods=FILE_METHODS, stale_as="files"),
    Route(rf"/packages/{PATH}", moved_to_files),
    Route(rf"/pypi/{NAME}/json/?", project_json.project, stale_as="json"),
    Route(rf"/pypi/{NAME}/{VERSION}/json/?", project_json.release, stale_as="json"),
    Route(r"/legacy/", legacy.upload_address, on=(UPLOAD,), methods=None),
    Route(r"/legacy", legacy.without_slash, on=(UPLOAD,), methods=None),
    Route(r"/pypi", legacy.old_address, methods=None),
    Route(r"/rss/updates\.xml", feeds.updates),
    Route(r"/rss/packages\.xml", feeds.packages),
    Route(rf"/rss/project/{NAME}/releases\.xml", feeds.project_releases),
    Route(r"/sitemap\.xml", sitemap.index),
    Route(r"/(?P<bucket>[^/]+)\.sitemap\.xml", sitemap.bucket),
    Route(r"/pypi/", moved_to, given={"target": "/"}),
    Route(rf"/pypi/{NAME}/", moved_to, given={"target": "/project/{name}/"}),
    Route(rf"/pypi/{NAME}/{VERSION}/", moved_to, given={"target": "/project/{name}/{version}/"}),
    Route(rf"/p/{NAME}/", moved_to, given={"target": "/project/{name}/"}),
    Route(r"/_health/", health, on=ANYWHERE),
    *SITE_ROUTES,
    Route(r"/", legacy.page, on=(UPLOAD,), methods=None),
)
"""The addresses of pypi.org and test.pypi.org; the name is that of the application behind them."""

ROUTES = {
    "warehouse": WAREHOUSE,
    "pypiserver": pypiserver_site.ROUTES,
    "devpi": devpi_index.ROUTES,
    "gitlab": gitlab_registry.ROUTES,
    "nexus": nexus_repository.ROUTES,
}
"""The tables of addresses that a site may name (`Site.routes`)."""


def parts_on(origin: Origin) -> tuple[str, ...]:
    """Return which parts of the site are at the host of a request.

    >>> from fake_pypi.sites import PYPI
    >>> parts_on(Origin("https", "upload.pypi.org", PYPI.hosts))
    ('upload',)

    Each real host has some of them; any other address, such as 127.0.0.1, has all.
    """
    if not origin.is_real:
        return ANYWHERE
    host, hosts = origin.host.partition(":")[0], origin.hosts
    parts = tuple(
        part for part, name in ((INDEX, hosts.index), (UPLOAD, hosts.upload), (FILES, hosts.files)) if name == host
    )
    return parts or (INDEX,)


def find_route(exchange: Exchange) -> tuple[Route, dict[str, Any]] | None:
    """Return the first route that matches the request, with the arguments of its view."""
    parts, path = frozenset(parts_on(exchange.origin)), exchange.path
    for route in ROUTES[exchange.instance.site.routes]:
        if not parts.isdisjoint(route.on):
            arguments = route.arguments(path)
            if arguments is not None:
                return route, arguments
    return None


def is_anywhere(exchange: Exchange, path: str) -> bool:
    """Return whether any host of the site has this address: PyPI adds a missing slash on every host."""
    return any(route.arguments(path) is not None for route in ROUTES[exchange.instance.site.routes])
