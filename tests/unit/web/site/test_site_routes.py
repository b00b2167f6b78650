"""The table of addresses of the site."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from fake_pypi.web.routing import Route
from fake_pypi.web.site.site_routes import SITE_ROUTES, PageView
from fake_pypi.web.site.visitors import leads_to_root


@pytest.mark.parametrize("route", SITE_ROUTES, ids=lambda route: route.pattern)
def test_a_view_takes_what_its_address_gives(route: Route) -> None:
    import re

    view = route.view
    if isinstance(view, PageView):
        view = getattr(import_module(f"fake_pypi.web.site.{view.module}"), view.function)
    names = {*re.compile(route.pattern).groupindex, *route.given}
    inspect.signature(view).bind(None, **dict.fromkeys(names, ""))


@pytest.mark.parametrize("path", ["/..", "/simple/..", "/simple/../", "/a/b/../..", "/../../x/..", "/simple//../"])
def test_a_path_that_climbs_to_the_root_is_noticed(path: str) -> None:
    assert leads_to_root(path)


@pytest.mark.parametrize("path", ["/", "//", "/.", "/simple/a/..", "/a..b/", "/...", "/a/../b"])
def test_other_paths_are_not(path: str) -> None:
    assert not leads_to_root(path)
