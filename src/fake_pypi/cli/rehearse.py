"""Rehearse the release of a project: build, check, upload, install, upload again, yank.

    fake-pypi rehearse                      the project here
    fake-pypi rehearse PATH --build sdist

The project's own tests, their configuration and other pytest plugins stay out of it. Same as
`pytest --fake-pypi PATH/pyproject.toml`; exit code 1 if a step failed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fake_pypi.errors import UsageError

EXIT_CODES = {0: 0, 2: 130, 4: 2}
"""Ours for those of pytest: interrupted is what shells say of Ctrl-C, everything else is 1."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi rehearse`."""
    from fake_pypi.cli.index_options import add_pass_env

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
    parser.add_argument("--upstream", metavar="URL", help="a real index to take other people's distributions from")
    add_pass_env(parser)
    parser.add_argument("--without", metavar="RULE", action="append", default=[], help="leave a rule out, by its id")
    parser.add_argument(
        "--extra",
        metavar="EXTRA",
        action="append",
        default=[],
        help="install the release with this extra; may be given again",
    )
    parser.add_argument(
        "--skip-module",
        metavar="MODULE",
        action="append",
        default=[],
        help="do not import this module (or pattern) of the release; may be given again",
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="how long each step may take (1800; 0: any time)"
    )


def run(options: argparse.Namespace) -> int:
    """Run the release steps, and nothing else, with pytest."""
    from fake_pypi.rehearsal.isolated_pytest import run_isolated_pytest
    from fake_pypi.rehearsal.project import Project

    project = Project.at(options.path)
    _check(options)
    return EXIT_CODES.get(run_isolated_pytest(project, _chosen(options)), 1)


def _check(options: argparse.Namespace) -> None:
    """Find mistakes before pytest does, which would say them in its own way."""
    from fake_pypi.clients.passed_variables import checked_names
    from fake_pypi.rules.order import PYPI
    from fake_pypi.settings import Settings

    Settings(
        dist=Path(options.dist) if options.dist else None,
        wheelhouse=tuple(Path(each) for each in options.wheelhouse),
        timeout=Settings.timeout if options.timeout is None else options.timeout,
    ).checked()
    checked_names(options.pass_env)
    try:
        PYPI.without(*options.without)
    except LookupError as unknown:
        raise UsageError(str(unknown)) from None


def _chosen(options: argparse.Namespace) -> list[str]:
    single = {"dist": options.dist, "build": options.build, "upstream": options.upstream, "timeout": options.timeout}
    several = {
        "wheelhouse": options.wheelhouse,
        "without": options.without,
        "pass-env": options.pass_env,
        "extra": options.extra,
        "skip-module": options.skip_module,
    }
    words = [f"--fake-pypi-{name}={value}" for name, value in single.items() if value not in {None, ""}]
    return words + [f"--fake-pypi-{name}={each}" for name, values in several.items() for each in values]
