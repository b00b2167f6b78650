"""The release steps run by pytest, with nothing else of the project or of other plugins in the way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from fake_pypi.rehearsal.project import Project

ALONE = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
SHUT_OUT = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
NEUTRAL = ("addopts", "filterwarnings", "required_plugins", "usefixtures")
"""Configuration for the project's own tests, which is emptied; keys of ours stay in force."""


def rehearse_alone(project: Project, options: Sequence[str] = ()) -> int:
    """Run the steps with pytest and return its exit code (0: all passed); `options` go to pytest.

    >>> rehearse_alone(Project.at("."), ["--fake-pypi-build=sdist"])       # doctest: +SKIP
    0
    """
    import pytest

    changed = {name: os.environ.pop(name, None) for name in (*SHUT_OUT, ALONE)}
    os.environ[ALONE] = "1"
    try:
        arguments = [str(project.file), *_own_ways(project), *options]
        return int(pytest.main(arguments, plugins=[_EnvironmentAgain(changed)]))
    finally:
        _restore(changed)


def _own_ways(project: Project) -> list[str]:
    """Keep the project's tests, their settings and every other plugin away, and leave nothing in its folder."""
    emptied = [word for name in NEUTRAL for word in ("-o", f"{name}=")]
    return [
        "--fake-pypi",
        f"--rootdir={project.root}",
        "--noconftest",
        *("-v", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
        *("-p", "fake_pypi"),
        *("-p", "no:cacheprovider"),
        *emptied,
    ]


class _EnvironmentAgain:
    """Gives the environment back as soon as the plugins are loaded, so that no command sees what we changed."""

    def __init__(self, changed: dict[str, str | None]) -> None:
        self._changed = changed

    def pytest_configure(self, config: pytest.Config) -> None:
        """Called once pytest has loaded what it wanted to."""
        del config
        _restore(self._changed)


def _restore(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
