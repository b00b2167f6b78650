"""Routes and the hosts that have them."""

from __future__ import annotations

import pytest

from fake_pypi.sites import SITES, Site
from fake_pypi.web.exchange import Origin
from fake_pypi.web.routes import ROUTES, parts_on
from fake_pypi.web.routing import Route


@pytest.mark.parametrize(
    ("kind", "host", "parts"),
    [
        ("pypi", "pypi.org", ("index",)),
        ("pypi", "pypi.org:443", ("index",)),
        ("pypi", "www.pypi.org", ("index",)),
        ("pypi", "upload.pypi.org", ("upload",)),
        ("pypi", "files.pythonhosted.org", ("files",)),
        ("testpypi", "test.pypi.org", ("index", "upload")),
        ("testpypi", "test-files.pythonhosted.org", ("files",)),
        ("pypi", "127.0.0.1:8000", ("index", "upload", "files")),
        ("pypi", "localhost", ("index", "upload", "files")),
        ("pypi", "test.pypi.org", ("index", "upload", "files")),
    ],
)
def test_a_host_has_its_parts(kind: str, host: str, parts: tuple[str, ...]) -> None:
    assert parts_on(Origin("https", host, SITES[kind].hosts)) == parts


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("/simple/demo/", {"name": "demo"}),
        ("/simple/a\nb/", {"name": "a\nb"}),
        ("/simple/demo/\n", None),
        ("/simple/a/b/", None),
        ("/simple//", None),
        ("x/simple/demo/", None),
    ],
)
def test_a_route_matches_the_whole_path_or_nothing(path: str, arguments: dict[str, str] | None) -> None:
    assert Route(r"/simple/(?P<name>[^/]+)/", lambda: None).arguments(path) == arguments  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_every_site_names_a_table_of_routes_and_each_route_names_its_hosts(site: Site) -> None:
    routes = ROUTES[site.routes]
    assert {part for route in routes for part in route.on} <= {"index", "upload", "files"}
    assert [route.pattern for route in routes if not route.pattern.startswith("/")] == []
