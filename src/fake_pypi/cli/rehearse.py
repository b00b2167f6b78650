"""Rehearse the release of a project: build, check, upload, install, upload again, yank.

    fake-pypi rehearse                      the project here
    fake-pypi rehearse PATH --build sdist

The project's own tests, their configuration and other pytest plugins stay out of it. Same as
`pytest --fake-pypi PATH/pyproject.toml`; exit code 1 if a step failed.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageMistake

if TYPE_CHECKING:
    import pytest

    from fake_pypi.rehearsal.project import Project

ALONE = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
SHUT_OUT = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
NEUTRAL = ("addopts", "filterwarnings", "required_plugins", "usefixtures")
"""Configuration for the project's own tests, which is emptied."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi rehearse`."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the project (the folder here)")
    parser.add_argument("--dist", metavar="DIR", help="rehearse the files in this folder instead of building")
    parser.add_argument("--build", choices=("sdist", "wheel", "both"), help="what to build (both)")
    parser.add_argument(
        "--wheelhouse",
        metavar="DIR",
        action="append",
        default=[],
        help="a folder of wheels that builds and installs may use; may be given again",
    )
    parser.add_argument(
        "--upstream", metavar="URL", help="a real index to take other people's distributions from"
    )
    parser.add_argument(
        "--without", metavar="RULE", action="append", default=[], help="leave a rule out, by its id"
    )


def run(options: argparse.Namespace) -> int:
    """Run the release steps, and nothing else, with pytest."""
    import pytest

    from fake_pypi.rehearsal.project import Project

    project = Project.at(options.path)
    _check(options)
    arguments = [str(project.file), *_own_ways(project), *_chosen(options)]
    changed = {name: os.environ.pop(name, None) for name in (*SHUT_OUT, ALONE)}
    os.environ[ALONE] = "1"
    try:
        code = pytest.main(arguments, plugins=[_EnvironmentAgain(changed)])
    finally:
        _restore(changed)
    return {0: 0, 2: 130, 4: 2}.get(int(code), 1)


def _check(options: argparse.Namespace) -> None:
    """Find mistakes before pytest does, which would say them in its own way."""
    from fake_pypi.rules.order import PYPI
    from fake_pypi.settings import Settings

    Settings(
        dist=Path(options.dist) if options.dist else None,
        wheelhouse=tuple(Path(each) for each in options.wheelhouse),
    ).checked()
    try:
        PYPI.without(*options.without)
    except LookupError as unknown:
        raise UsageMistake(str(unknown)) from None


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


def _chosen(options: argparse.Namespace) -> list[str]:
    single = {"dist": options.dist, "build": options.build, "upstream": options.upstream}
    several = {"wheelhouse": options.wheelhouse, "without": options.without}
    words = [f"--fake-pypi-{name}={value}" for name, value in single.items() if value]
    return words + [f"--fake-pypi-{name}={each}" for name, values in several.items() for each in values]


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
