"""The options that say what kind of instance a command opens."""

from __future__ import annotations

import argparse
import contextlib
import sys
import traceback
from typing import TYPE_CHECKING

from fake_pypi.errors import StorageError

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes


def add_index_options(parser: argparse.ArgumentParser) -> None:
    """Add `--data`, `--wheelhouse`, `--upstream` and `--without`."""
    parser.add_argument("--data", metavar="DIR", help="keep accounts, tokens and files in this folder")
    parser.add_argument("--wheelhouse", metavar="DIR", action="append", default=[], help="a folder of wheels to offer")
    parser.add_argument("--upstream", metavar="URL", help="a real index to take other people's distributions from")
    parser.add_argument("--without", metavar="RULE", action="append", default=[], help="leave a rule out, by its id")


def add_pass_env(parser: argparse.ArgumentParser) -> None:
    """Add `--pass-env`."""
    parser.add_argument(
        "--pass-env",
        metavar="NAME",
        action="append",
        default=[],
        help="let a variable of yours in, by its name or a pattern such as 'DEMO_*'; may be given again",
    )


def indexes_for(options: argparse.Namespace, **more: object) -> FakeIndexes:
    """Open PyPI and TestPyPI as the options say; what was found in the data folder goes to standard error."""
    from fake_pypi.fake import FakeIndexes

    indexes = FakeIndexes(
        data=options.data,
        wheelhouse=options.wheelhouse,
        upstream=options.upstream,
        without=options.without,
        **more,  # type: ignore[arg-type]
    )
    for notice in indexes.notices:
        print(f"fake-pypi: {notice}", file=sys.stderr)

    def report(error: BaseException) -> None:
        with contextlib.suppress(OSError):  # nobody may read standard error any more
            print(_described(error, indexes), file=sys.stderr, flush=True)

    indexes.servers.on_error = report
    return indexes


def _described(error: BaseException, indexes: FakeIndexes) -> str:
    """Say what went wrong inside an index, and what to do; a mistake of ours with its traceback, to be reported."""
    if isinstance(error, StorageError):
        return f"fake-pypi: a request failed: {error}"
    lines = "".join(traceback.format_exception(error)).rstrip()
    return indexes.hidden(f"fake-pypi: a request failed because of an error in fake-pypi, please report it:\n{lines}")
