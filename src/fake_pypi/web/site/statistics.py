"""`/stats/` and `/classifiers/`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fake_pypi.index.listing import largest_projects, stored_bytes
from fake_pypi.reference_data import classifiers
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import VARY, page
from fake_pypi.web.responses import JSON, Response, acceptable, method_not_allowed
from fake_pypi.web.routing import READING

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

MOST_PROJECTS = 100
CACHED = ("Cache-Control", "max-age=86400, public")


def statistics(exchange: Exchange) -> Response:
    """`/stats/`: the largest projects, as a page or as JSON; any other type is not found."""
    media_types = acceptable(exchange.accept, ["text/html", JSON])
    if not media_types:
        return not_found(exchange)
    is_page = "text/html" in media_types
    if exchange.method not in READING:
        vary = VARY if is_page else ("Vary", "Accept-Encoding")
        return method_not_allowed(exchange.method, ", ".join(READING), exchange.accept).with_headers(vary)
    db = exchange.index.db
    projects, total = largest_projects(db, MOST_PROJECTS), stored_bytes(db)
    if is_page:
        vary = ("Vary", "Accept-Encoding, Accept, PyPI-Locale")
        return page(exchange, "statistics.html", projects=projects, total=total, headers=(vary, CACHED))
    value = {"top_packages": {name: {"size": size} for name, size in projects}, "total_packages_size": total}
    headers = (("Content-Type", JSON), ("Vary", "Accept, Accept-Encoding"), CACHED)
    return Response(200, "OK", headers, json.dumps(value).encode())


def classifier_page(exchange: Exchange) -> Response:
    """`/classifiers/`: every classifier that a release may have."""
    groups: dict[str, list[str]] = {}
    for name in classifiers().valid:
        groups.setdefault(name.partition(" :: ")[0], []).append(name)
    return page(exchange, "classifiers.html", groups=groups)
