"""Pages of an index as a browser reads them, without a socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fake_pypi.web.instance import Instance
from tests.integration.asking import Answered, ask
from tests.integration.web.conftest import add, instance

__all__ = ["add", "instance", "read"]

Read = Callable[..., Answered]


@pytest.fixture
def read(instance: Instance) -> Read:
    """Read a page of pypi.org: `read("/help/")`."""

    def get(path: str, method: str = "GET", **environ: Any) -> Answered:
        return ask(instance, method, path, **{"HTTP_HOST": "pypi.org", "HTTP_ACCEPT": "text/html", **environ})

    return get
