"""Run PyPI and TestPyPI until Ctrl-C.

Prints `pypi=URL`, `testpypi=URL` and `token=…`, one per line, then `ready`. Both indexes take that token;
`fake-pypi token create --index testpypi` makes one that only TestPyPI takes. `fake-pypi yank`, `unyank` and
`delete` reach it from another terminal, too; where several are running, `--url` or `--port` names one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.web.recording import RecordedRequest

HEARTBEAT = 1.0  # seconds
LARGE_BLOCK = 1 << 20  # bytes
M_MMAP_THRESHOLD = -3  # the number of the setting in glibc's malloc.h
TOKEN_VARIABLE = "FAKE_PYPI_TOKEN"  # noqa: S105 - the name of a variable


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi serve`."""
    from fake_pypi.cli.index_options import add_index_options

    parser.add_argument("--port", type=int, default=0, help="the port of PyPI (any free one)")
    parser.add_argument("--testpypi-port", type=int, default=0, metavar="PORT", help="the port of TestPyPI")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (loopback)")
    tokens = parser.add_mutually_exclusive_group()
    tokens.add_argument(
        "--token",
        metavar="VALUE",
        help="accept this text as an account-wide token of both; every user of the machine can read it in `ps`",
    )
    tokens.add_argument(
        "--token-file", metavar="FILE", type=Path, help=f"the same, read from a file; {TOKEN_VARIABLE} does it too"
    )
    parser.add_argument("--quiet", action="store_true", help="print no line per request")
    parser.add_argument(
        "--new-projects-per-day",
        type=int,
        metavar="NUMBER",
        help="reject more new projects in 24 hours than this from one user or address (pypi.org: 4; default: no limit)",
    )
    add_index_options(parser)


def run(options: argparse.Namespace) -> int:
    """Serve both indexes until a signal says stop."""
    _return_large_blocks()
    from fake_pypi.cli.index_options import indexes_for

    token = _chosen_token(options)
    places = {"host": options.host, "port": options.port, "testpypi_port": options.testpypi_port}
    with _until_stopped() as stopped, indexes_for(options, **places) as indexes, _announced(indexes):
        if not options.quiet:
            for index in indexes.both:
                index.instance.record.listeners.append(_print_line)
        if options.new_projects_per_day is not None:
            indexes.pypi.limits.new_projects_per_day = options.new_projects_per_day
        _print_addresses(indexes, token)
        while not stopped.wait(HEARTBEAT):  # a wait without an end would be deaf to Ctrl-C on Windows
            continue
    return 0


def _chosen_token(options: argparse.Namespace) -> str | None:
    """Return the token that was given as an option, in a file or in the environment; None for one of ours."""
    if options.token_file is not None:
        return _token_in(options.token_file)
    return options.token or os.environ.get(TOKEN_VARIABLE) or None


def _token_in(file: Path) -> str:
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UsageError(f"--token-file {file} cannot be read: {reason}", "name a file that holds a token") from None
    if not token or len(token.splitlines()) > 1:
        raise UsageError(f"--token-file {file} does not hold one line", "write the token alone into it")
    return token


def _announced(indexes: FakeIndexes) -> AbstractContextManager[None]:
    from fake_pypi.cli.running import announced

    return announced(indexes.control, *(index.url for index in indexes.both))


def _print_line(request: RecordedRequest) -> None:
    with contextlib.suppress(OSError):  # whoever read it may be gone; the client still gets its answer
        print(request, file=sys.stderr, flush=True)


def _print_addresses(indexes: FakeIndexes, token: str | None) -> None:
    chosen = _for_both(indexes, token)  # may fail, and then nothing is printed
    print(f"pypi={indexes.pypi.url}", f"testpypi={indexes.testpypi.url}", sep="\n")
    print(f"token={chosen}", "ready", sep="\n", flush=True)


def _for_both(indexes: FakeIndexes, token: str | None) -> str:
    """One token for both indexes: the text that was asked for, or PyPI's own."""
    chosen = token or indexes.pypi.token.secret
    for index in indexes.both if token else (indexes.testpypi,):
        index.adopt_token(chosen)
    return chosen


@contextlib.contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    stopped = threading.Event()
    from fake_pypi.clients.interpreter import stop_signals

    signals = (signal.SIGINT, *stop_signals())
    before = {each: signal.signal(each, lambda *_: stopped.set()) for each in signals}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _return_large_blocks() -> None:
    """Let the C library give large blocks of memory back at once: glibc keeps up to 64 MB of them for each thread."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # musl has no such setting and needs none
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
