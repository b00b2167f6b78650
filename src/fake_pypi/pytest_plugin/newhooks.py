"""Hooks that a project's conftest.py may implement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI
    from fake_pypi.rules.rule_set import RuleSet


@pytest.hookspec(firstresult=True)
def pytest_fake_pypi_rules(rule_set: RuleSet, config: pytest.Config) -> RuleSet | None:
    """Change the rule set of every index of the session: `return rule_set.without("linux-platform-tag")`."""


@pytest.hookspec
def pytest_fake_pypi_ready(pypi: FakePyPI, request: pytest.FixtureRequest) -> None:
    """Prepare each new index before its test begins, for example by adding packages."""
