"""The JSON API of projects and releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web.answers import Answer, json_answer
from fake_pypi.web.simple import CORS

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange


def project(exchange: Exchange, name: str) -> Answer:
    """`/pypi/NAME/json`: the project and its latest release."""
    found = exchange.world.index.projects.get(name)
    if found is None:
        return _missing()
    return json_answer(200, {"info": {"name": found.name}})


def release(exchange: Exchange, name: str, version: str) -> Answer:
    """`/pypi/NAME/VERSION/json`: one release."""
    found = exchange.world.index.projects.get(name)
    if found is None or exchange.world.index.releases.get(found, version) is None:
        return _missing()
    return json_answer(200, {"info": {"name": found.name, "version": version}})


def _missing() -> Answer:
    return json_answer(404, {"message": "Not Found"}).with_headers(("Vary", "Accept-Encoding"), *CORS)
