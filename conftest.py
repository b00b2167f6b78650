"""How this project's own suite runs: real pytest runs inside tests, and the slow half last."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]

# A loaded machine is no property of the code: hypothesis shall find wrong answers, not slow ones. The suite tries
# the same examples every time, so that it only fails for what changed; `--hypothesis-profile=explore` tries others.
settings.register_profile("explore", deadline=None)
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that drive real tools behind the fast ones, and leave the (random) order otherwise."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
