"""Rehearse the release of a project: build, check, upload, install, upload again, yank.

    fake-pypi rehearse                      the project in the current folder
    fake-pypi rehearse PATH --build sdist
    fake-pypi rehearse packages/*           several projects, in the order in which they need each other
    fake-pypi rehearse --report out.html -- -x -k upload
    fake-pypi rehearse --json               the report on standard output, everything else on standard error

Arguments after `--` are passed to pytest. The project's own tests, their configuration and other pytest plugins are
not used. Same as `pytest --fake-pypi PATH/pyproject.toml`; exit code 1 if a step failed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from fake_pypi.cli.json_output import add_json
from fake_pypi.errors import UsageError
from fake_pypi.settings import BuilderName, PublisherName, Settings

EXIT_CODES = {0: 0, 2: 130, 4: 2}
"""Our exit codes by those of pytest: 130 after Ctrl-C, as in shells; 1 for any other code."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi rehearse`."""
    from fake_pypi.cli.index_options import add_as_of, add_package_sources, add_pass_env, add_without

    parser.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="projects, or the root of a repository with several projects (default: this folder)",
    )
    parser.add_argument("--dist", metavar="DIR", help="rehearse the files in this folder instead of building")
    parser.add_argument("--build", choices=("sdist", "wheel", "both"), help="what to build (default: both)")
    parser.add_argument("--installer", choices=("pip", "uv"), help="what installs the release (default: pip)")
    _add_tools(parser)
    add_package_sources(parser)
    add_pass_env(parser)
    add_without(parser)
    add_as_of(parser)
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
    _add_outputs(parser)
    add_json(parser)
    parser.set_defaults(pytest_arguments=[])
    parser.usage = "%(prog)s [PATH...] [OPTIONS] [-- PYTEST ARGUMENTS]"
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="time limit of each step (default: 1800; 0: no limit)"
    )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    """Add the options for files that are written, and for a second build."""
    from fake_pypi.cli.index_options import add_report

    parser.add_argument("--har", metavar="DIR", help="write an HTTP archive (HAR) of the rehearsal into this folder")
    parser.add_argument("--readme", metavar="DIR", help="write the README, as PyPI shows it, into this folder")
    add_report(parser)
    parser.add_argument(
        "--check-reproducible",
        action="store_true",
        help="build a second time, and warn of files that differ from those of the first build",
    )


def _add_tools(parser: argparse.ArgumentParser) -> None:
    """Add the options for the tools and the version of the release."""
    parser.add_argument(
        "--publisher",
        choices=get_args(PublisherName),
        help="the tool that uploads (default: the one that the project's files show, else twine)",
    )
    parser.add_argument(
        "--builder",
        choices=get_args(BuilderName),
        help="the tool that builds (default: the one that the project's files show, else build)",
    )
    parser.add_argument(
        "--release-version",
        metavar="VERSION",
        help="rehearse this version (default: the project's; if it comes from a tag, that of the next release)",
    )
    parser.add_argument(
        "--repair-wheels",
        action="store_true",
        help="repair the wheels of Linux with auditwheel after the build (Linux)",
    )


def run(options: argparse.Namespace) -> int:
    """Run the release steps, and nothing else, with pytest."""
    from fake_pypi.rehearsal.isolated_pytest import run_isolated_pytest
    from fake_pypi.rehearsal.monorepo import project_files

    files, root = project_files(options.paths)
    _check(options)
    arguments = [*_pytest_options(options), *options.pytest_arguments]
    if options.json:
        return _run_with_json(files, root, arguments)
    return EXIT_CODES.get(run_isolated_pytest(files, root, arguments), 1)


def _run_with_json(files: Sequence[Path], root: Path, arguments: list[str]) -> int:
    """Run the steps, whose output goes to standard error, and print the report as JSON on standard output."""
    from fake_pypi.rehearsal.isolated_pytest import run_isolated_pytest
    from fake_pypi.temporary import new_folder

    folder = new_folder("report")
    report = folder / "report.json"
    try:
        with contextlib.redirect_stdout(sys.stderr):
            code = run_isolated_pytest(files, root, [*arguments, f"--fake-pypi-report={report}"])
        if report.exists():
            print(json.dumps(json.loads(report.read_text(encoding="utf-8")), indent=2), flush=True)  # in ASCII
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return EXIT_CODES.get(code, 1)


def _check(options: argparse.Namespace) -> None:
    """Check the options before pytest does, which would print its own error messages."""
    from fake_pypi.clients.passed_variables import checked_names
    from fake_pypi.rehearsal.project_tools.named_tools import check_named_tools
    from fake_pypi.report import check_destinations
    from fake_pypi.rules.rules_by_date import checked_rules

    settings = Settings(
        dist=Path(options.dist) if options.dist else None,
        installer=options.installer or "pip",
        wheelhouse=tuple(Path(folder) for folder in options.wheelhouse),
        har=Path(options.har) if options.har else None,
        readme=Path(options.readme) if options.readme else None,
        report=tuple(options.report),
        timeout=Settings.timeout if options.timeout is None else options.timeout,
        publisher=options.publisher,
        builder=options.builder,
        release_version=options.release_version,
        repair_wheels=options.repair_wheels,
    ).checked()
    check_named_tools(settings)
    check_destinations(options.report)
    checked_names(options.pass_env)
    try:
        checked_rules(options.as_of, options.without)
    except LookupError as unknown:
        raise UsageError(str(unknown)) from None


def _pytest_options(options: argparse.Namespace) -> list[str]:
    single = {
        "dist": options.dist,
        "build": options.build,
        "installer": options.installer,
        "upstream": options.upstream,
        "har": options.har,
        "readme": options.readme,
        "timeout": options.timeout,
        "publisher": options.publisher,
        "builder": options.builder,
        "release-version": options.release_version,
        "as-of": options.as_of,
    }
    several = {
        "wheelhouse": options.wheelhouse,
        "without": options.without,
        "pass-env": options.pass_env,
        "extra": options.extra,
        "skip-module": options.skip_module,
        "report": options.report,
    }
    flags = {"repair-wheels": options.repair_wheels, "check-reproducible": options.check_reproducible}
    pytest_options = [f"--fake-pypi-{name}" for name, is_set in flags.items() if is_set]
    pytest_options += [f"--fake-pypi-{name}={value}" for name, value in single.items() if value not in {None, ""}]
    return pytest_options + [f"--fake-pypi-{name}={value}" for name, values in several.items() for value in values]
