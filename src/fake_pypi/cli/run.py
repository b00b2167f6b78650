"""Run a command where pypi.org is the fake.

    fake-pypi run -- twine upload dist/*
    fake-pypi run                           an interactive shell

The command's exit code is ours.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi run`."""
    from fake_pypi.cli.world_options import add_world_options

    parser.add_argument("--strict", action="store_true", help="cut every way out of this machine (Linux)")
    parser.add_argument("--no-credentials", action="store_true", help="leave tokens and .pypirc out")
    add_world_options(parser)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND…", help="what to run")


def run(options: argparse.Namespace) -> int:
    """Open the indexes, run the command in their shell, and tell what was refused and attempted."""
    from fake_pypi.cli.world_options import indexes_for

    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    with _tidy_when_told_to_stop(), indexes_for(options) as indexes:
        shell = indexes.shell(credentials=not options.no_credentials, strict=options.strict)
        code = shell.interactive(_command(words))
        _tell(indexes)
    return code


@contextlib.contextmanager
def _tidy_when_told_to_stop() -> Iterator[None]:
    """Let SIGTERM end us as an exception does, so that nothing is left behind then either."""

    def stop(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _command(words: list[str]) -> str | list[str] | None:
    """One word with blanks in it is a command line as it stands (`fake-pypi run "twine upload dist/*"`)."""
    if not words:
        return None
    return words[0] if len(words) == 1 and len(words[0].split()) > 1 else words


def _tell(indexes: FakeIndexes) -> None:
    for index in indexes.both:
        for refusal in index.refusals:
            print(
                f"fake-pypi: {index.kind} refused {refusal.filename or 'an upload'}: {refusal}",
                file=sys.stderr,
            )
    for attempt in indexes.attempts:
        print(f"fake-pypi: kept from reaching {attempt}", file=sys.stderr)
