"""A conftest.py that cannot be imported stops the project's own tests, but no rehearsal that runs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.pytest_plugin.named import project_file

if TYPE_CHECKING:
    import pytest


def goes_without(early_config: pytest.Config) -> bool:
    """Whether only release steps were asked for; then pytest is told to look for no conftest.py any more."""
    asked = early_config.known_args_namespace
    named = getattr(asked, "file_or_dir", [])
    here = early_config.invocation_params.dir
    alone = asked.fake_pypi and named and all(project_file(here, each) for each in named)
    if alone:
        early_config.pluginmanager._noconftest = True  # noqa: SLF001 - what --noconftest sets, and too late for that
    return bool(alone)
