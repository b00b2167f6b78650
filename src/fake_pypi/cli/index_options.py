"""Options of commands that open a pair of indexes."""

from __future__ import annotations

import argparse
import contextlib
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import StorageError

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes


def add_index_options(parser: argparse.ArgumentParser) -> None:
    """Add `--data`, `--wheelhouse`, `--upstream`, `--without` and `--as-of`."""
    parser.add_argument("--data", metavar="DIR", help="store accounts, tokens and files in this folder")
    add_package_sources(parser)
    add_without(parser)
    add_as_of(parser)


def add_package_sources(parser: argparse.ArgumentParser) -> None:
    """Add `--wheelhouse` and `--upstream`."""
    parser.add_argument(
        "--wheelhouse",
        metavar="DIR",
        action="append",
        default=[],
        help="a folder of wheels and sdists that can be installed; may be given again",
    )
    parser.add_argument("--upstream", metavar="URL", help="a real index from which other projects are downloaded")


def add_without(parser: argparse.ArgumentParser) -> None:
    """Add `--without`."""
    parser.add_argument(
        "--without",
        metavar="RULE",
        action="append",
        default=[],
        help="the id of a rule not to check; may be given again",
    )


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add `--as-of`."""
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help="use the rules, messages and limits of PyPI on this day, as 2024-06-01 (default: today)",
    )


def add_pass_env(parser: argparse.ArgumentParser) -> None:
    """Add `--pass-env`."""
    parser.add_argument(
        "--pass-env",
        metavar="NAME",
        action="append",
        default=[],
        help="pass a variable of your environment, by name or pattern such as 'DEMO_*'; may be given again",
    )


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add `--site`."""
    from fake_pypi.sites import OTHER_SERVERS

    parser.add_argument(
        "--site",
        choices=tuple(OTHER_SERVERS),
        help="serve this server in place of PyPI and TestPyPI (default: these two)",
    )


def add_fault(parser: argparse.ArgumentParser) -> None:
    """Add `--fault`."""
    parser.add_argument(
        "--fault",
        metavar="FAULT",
        action="append",
        default=[],
        help="let requests fail, such as '503 when path=/legacy/* times=1'; may be given again",
    )


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add `--report`."""
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="write a report into this file, which ends in .html, .json or .md; may be given again",
    )


def print_on_stderr(text: str) -> None:
    """Print a message on standard error, which may be closed."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def indexes_for(
    options: argparse.Namespace, log: Callable[[str], None] = print_on_stderr, **more: object
) -> FakeIndexes:
    """Open PyPI and TestPyPI with the options; `log` is called with notices about the data folder, and with errors."""
    from fake_pypi.fake import FakeIndexes

    faults = _checked_faults(getattr(options, "fault", []))
    if getattr(options, "site", None) is not None:
        more["site"] = options.site
    indexes = FakeIndexes(
        data=options.data,
        wheelhouse=options.wheelhouse,
        upstream=options.upstream,
        without=options.without,
        as_of=options.as_of,
        **more,  # type: ignore[arg-type]
    )
    for index in indexes.all:
        for fault in faults:
            index.state.at_start(partial(index.faults.add, fault))
    for notice in indexes.notices:
        log(f"fake-pypi: {notice}")
    indexes.servers.on_error = lambda error: log(_describe(error, indexes))
    return indexes


def _checked_faults(lines: list[str]) -> list[str]:
    """Return the faults of the command line. Raises `UsageError`, before an index is opened."""
    if not lines:
        return []
    from fake_pypi.web.faults.active import read_fault

    return [str(read_fault(line)) for line in lines]


def _describe(error: BaseException, indexes: FakeIndexes) -> str:
    """Return what failed inside an index and what to do, with the traceback if it is an error in fake-pypi."""
    if isinstance(error, StorageError):
        return f"fake-pypi: a request failed: {error}"
    lines = "".join(traceback.format_exception(error)).rstrip()
    return indexes.redact(f"fake-pypi: a request failed because of an error in fake-pypi, please report it:\n{lines}")
