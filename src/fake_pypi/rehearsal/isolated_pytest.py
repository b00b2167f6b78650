"""Run the release steps with pytest, without the project's own tests, its pytest settings and other plugins."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.project_settings import project_settings

if TYPE_CHECKING:
    from pathlib import Path

NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
REMOVED_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Environment variables meant for the project's own tests."""
XDIST_OPTION = re.compile(r"-n.*|-d|--(?:numprocesses|dist|tx|maxprocesses|max-worker-restart|looponfail)(?:=.*)?")
"""The options of pytest-xdist that rehearsals use."""
ISOLATED = "fake-pypi-isolated"
"""Name of the plugin that is registered when pytest runs release steps only."""


def run_isolated_pytest(files: Sequence[Path], root: Path, options: Sequence[str] = ()) -> int:
    """Run the release steps of projects with pytest and return its exit code (0: all passed); pass `options` to pytest.

    >>> run_isolated_pytest([Path("pyproject.toml")], Path(), ["--fake-pypi-build=sdist"])       # doctest: +SKIP
    0

    `files` are their pyproject.toml or setup.py. The ids of the steps are relative to `root`. Only the fake_pypi keys
    of the pytest configuration of that folder are read.
    """
    arguments = [*_isolating_options(root), *_xdist_plugin(options), *options, *map(str, files)]
    removed = {name: os.environ.pop(name, None) for name in (*REMOVED_VARIABLES, NO_AUTOLOAD)}
    os.environ[NO_AUTOLOAD] = "1"
    isolation = _Isolation(removed)
    try:
        code = int(pytest.main(arguments, plugins=[isolation]))
        return 1 if isolation.stopped_after_failures else code
    finally:
        _restore(removed)


def _isolating_options(root: Path) -> list[str]:
    """Return options that disable the project's tests and settings, and write nothing into its folder."""
    settings = project_settings(root)
    return [
        "--fake-pypi",
        f"--config-file={os.devnull}",
        f"--rootdir={root}",
        "--noconftest",
        "--strict-config",  # a misspelt fake_pypi key is an error
        *("-v", "-W", "ignore"),
        *("-p", "fake_pypi"),
        *("-p", "no:cacheprovider"),
        *(option for key, value in settings.items() for option in ("-o", f"{key}={value}")),
    ]


def _xdist_plugin(options: Sequence[str]) -> list[str]:
    """Return the option that loads pytest-xdist, if other options need it. Raises `UsageError` if it is missing."""
    needed = next((option for option in options if XDIST_OPTION.fullmatch(option)), None)
    if needed is None:
        return []
    if find_spec("xdist") is None:
        raise UsageError(f"{needed} needs pytest-xdist", "install pytest-xdist where the rehearsal runs")
    return ["-p", "xdist"]


class _Isolation:
    """A plugin that restores the environment once plugins are loaded, so that commands see the user's variables.

    `stopped_after_failures`: pytest-xdist has interrupted the session because of `-x`, which is no Ctrl-C.
    """

    def __init__(self, removed: dict[str, str | None]) -> None:
        self._removed = removed
        self.stopped_after_failures = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Notice that pytest-xdist stops after failures."""
        self.stopped_after_failures = excinfo.type.__module__.startswith("xdist.")

    def pytest_configure(self, config: pytest.Config) -> None:
        """Restore the environment variables and mark the session as isolated.

        A session with workers of pytest-xdist runs no commands itself, and its workers have to be isolated too.
        """
        if not config.getoption("tx", None):
            _restore(self._removed)
        config.pluginmanager.register(object(), ISOLATED)
        # Else the header has "configfile: ../../dev/null"; pytest has no public option to read no file.
        config._inipath = None  # noqa: SLF001 - see above


def _restore(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
