"""Run the release steps with pytest, without the project's own tests, its pytest settings and other plugins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.project_settings import project_settings

if TYPE_CHECKING:
    import pytest

    from fake_pypi.rehearsal.project import Project

NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
LEFT_OUT = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables that belong to the user's own tests."""
ALONE = "fake-pypi-alone"
"""Name of the plugin that is there when nothing but release steps runs."""


def rehearse_alone(project: Project, options: Sequence[str] = ()) -> int:
    """Run the steps with pytest and return its exit code (0: all passed); `options` go to pytest.

    >>> rehearse_alone(Project.at("."), ["--fake-pypi-build=sdist"])       # doctest: +SKIP
    0

    Of the project's pytest configuration only the fake_pypi keys are read.
    """
    import pytest

    arguments = [*_isolation(project), *options, str(project.file)]
    changed = {name: os.environ.pop(name, None) for name in (*LEFT_OUT, NO_AUTOLOAD)}
    os.environ[NO_AUTOLOAD] = "1"
    try:
        return int(pytest.main(arguments, plugins=[_EnvironmentAgain(changed)]))
    finally:
        _restore(changed)


def _isolation(project: Project) -> list[str]:
    """Return the options that keep everything else of the project away, and leave nothing in its folder."""
    settings = project_settings(project.root)
    return [
        "--fake-pypi",
        f"--config-file={os.devnull}",
        f"--rootdir={project.root}",
        "--noconftest",
        "--strict-config",  # a misspelt fake_pypi key is an error
        *("-v", "-W", "ignore"),
        *("-p", "fake_pypi"),
        *("-p", "no:cacheprovider"),
        *(word for key, value in settings.items() for word in ("-o", f"{key}={value}")),
    ]


class _EnvironmentAgain:
    """Gives the environment back as soon as the plugins are loaded, so that no command sees what we changed."""

    def __init__(self, changed: dict[str, str | None]) -> None:
        self._changed = changed

    def pytest_configure(self, config: pytest.Config) -> None:
        """Called once pytest has loaded what it wanted to."""
        _restore(self._changed)
        config.pluginmanager.register(object(), ALONE)
        # The header would say "configfile: ../../dev/null"; pytest has no public way to read no file at all.
        config._inipath = None  # noqa: SLF001 - as the comment says


def _restore(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
