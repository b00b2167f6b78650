"""Reading an index the way installers do, in the tests' own words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from fake_pypi.web.instance import Instance
from tests.integration.asking import Answered, ask

JSON_V1 = "application/vnd.pypi.simple.v1+json"
REAL: dict[str, Any] = {"HTTP_HOST": "pypi.org"}


def simple(instance: Instance, project: str, **environ: Any) -> Any:
    """The project's page in JSON; its status when it is not 200."""
    got = ask(instance, "GET", f"/simple/{project}/", HTTP_ACCEPT=JSON_V1, **environ)
    return json.loads(got.body) if got.status == 200 else got.status


def project_json(instance: Instance, path: str, **environ: Any) -> Any:
    """`/pypi/PATH/json`; its status when it is not 200."""
    got = ask(instance, "GET", f"/pypi/{path}/json", **environ)
    return json.loads(got.body) if got.status == 200 else got.status


def versions(instance: Instance, project: str) -> Any:
    """The versions on the simple page in JSON; the status when it is not 200."""
    page = simple(instance, project)
    return page if isinstance(page, int) else page["versions"]


def follow(instance: Instance, url: str, **environ: Any) -> Answered:
    """Ask for what a page links to."""
    return ask(instance, "GET", urlsplit(url).path, **environ)
