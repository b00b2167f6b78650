"""Run PyPI and TestPyPI until Ctrl-C; with `--site`, a devpi, GitLab, Nexus or pypiserver in their place.

Prints `pypi=URL`, `testpypi=URL`, `token=…`, `control=URL` and `control-secret-file=FILE`, one per line, then `ready`;
the addresses for browsers are printed on standard error. Both indexes accept that token; `fake-pypi token create
--index testpypi` creates one for TestPyPI only. Programs in any language use the control API at that URL with the
secret in that file. `fake-pypi yank`, `unyank`, `delete`, `fault` and `env` work from another terminal; if several
servers are running, choose one with `--url` or `--port`.

With `--json` it prints the same as one JSON document on one line when it is ready.

With `--site devpi` the first lines are `devpi=URL`, `upload-url=URL`, `simple-url=URL`, `username=NAME` and
`password=…` instead.
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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.control_client import SECRET_VARIABLE
from fake_pypi.cli.json_output import add_json
from fake_pypi.cli.request_log import ServerLog, add_log_options, request_file
from fake_pypi.cli.served_indexes import print_served, served_indexes
from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.fake.pypi import FakePyPI

HEARTBEAT = 1.0  # seconds
LARGE_BLOCK = 1 << 20  # bytes
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # the numbers of the settings in glibc's malloc.h
PASSWORD_VARIABLE = "FAKE_PYPI_PASSWORD"  # noqa: S105 - the name of a variable
TOKEN_VARIABLE = "FAKE_PYPI_TOKEN"  # noqa: S105 - the name of a variable
SHORTEST_SECRET = 16
"""Fewest characters of a chosen secret of the control API."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi serve`."""
    from fake_pypi.cli.index_options import add_fault, add_index_options, add_site

    add_site(parser)
    parser.add_argument(
        "--port", type=int, default=0, help="the port of PyPI, or of the server of --site (default: any free port)"
    )
    parser.add_argument(
        "--testpypi-port", type=int, default=0, metavar="PORT", help="the port of TestPyPI (default: any free port)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    _add_token_options(parser)
    parser.add_argument(
        "--control-host", default="127.0.0.1", metavar="HOST", help="the address of the control API (127.0.0.1)"
    )
    parser.add_argument("--control-port", type=int, default=0, metavar="PORT", help="its port (default: any free port)")
    parser.add_argument(
        "--control-secret-file",
        metavar="FILE",
        type=Path,
        help=f"write its secret to this file, for this user only; the variable {SECRET_VARIABLE} chooses the secret",
    )
    parser.add_argument("--open", action="store_true", help="open the start page of PyPI in your browser")
    parser.add_argument("--quiet", action="store_true", help="do not print requests and the addresses for browsers")
    add_log_options(parser)
    parser.add_argument(
        "--new-projects-per-day",
        type=int,
        metavar="NUMBER",
        help="reject more new projects in 24 hours than this from one user or address (pypi.org: 4; default: no limit)",
    )
    add_fault(parser)
    add_index_options(parser)
    add_json(parser)


def _add_token_options(parser: argparse.ArgumentParser) -> None:
    tokens = parser.add_mutually_exclusive_group()
    tokens.add_argument(
        "--token",
        metavar="VALUE",
        help="accept this text as an account-wide token of both indexes; all users of the machine can see it in `ps`",
    )
    tokens.add_argument(
        "--token-file",
        metavar="FILE",
        type=Path,
        help=f"read that token from a file; the variable {TOKEN_VARIABLE} is used too",
    )
    tokens.add_argument(
        "--password-file",
        metavar="FILE",
        type=Path,
        help=f"with --site: read the user's password from a file; the variable {PASSWORD_VARIABLE} is used too",
    )


def run(options: argparse.Namespace) -> int:
    """Serve both indexes until a signal stops the process."""
    _use_little_memory()
    from fake_pypi.cli.index_options import indexes_for

    _check_site_options(options)
    secret = _chosen_password(options) if options.site else _chosen_token(options)
    addresses = {"host": options.host, "port": options.port, "testpypi_port": options.testpypi_port}
    control = {
        "control_host": options.control_host,
        "control_port": options.control_port,
        "control_secret": _chosen_secret(),
    }
    log = ServerLog(options.log_format)
    with contextlib.ExitStack() as stack:
        stop_requested = stack.enter_context(_stop_signal())
        listeners = [] if options.quiet else [log.request]
        if options.record is not None:
            listeners.append(stack.enter_context(request_file(options.record, log)).add)
        indexes = stack.enter_context(indexes_for(options, log.message, **addresses, **control))
        secret_file = stack.enter_context(_registered(indexes, options.control_secret_file))
        for index in indexes.all:
            index.instance.record.listeners.extend(listeners)
        if options.new_projects_per_day is not None:
            indexes.pypi.at_start(partial(_limit_new_projects, indexes.pypi, options.new_projects_per_day))
        served = served_indexes(indexes, secret, secret_file)
        for_browsers = [str(index.browser_url) for index in served.indexes if index.browser_url and not options.quiet]
        if for_browsers:
            log.message(f"fake-pypi: for browsers: {' and '.join(for_browsers)}", "info")
        print_served(served, as_json=options.json)
        if options.open:
            _open_browser(f"{indexes.pypi.browser_url}/_fake/", log)
        while not stop_requested.wait(HEARTBEAT):  # without a timeout, Ctrl-C has no effect on Windows
            continue
    return 0


def _limit_new_projects(pypi: FakePyPI, number: int) -> None:
    pypi.limits.new_projects_per_day = number


def _check_site_options(options: argparse.Namespace) -> None:
    """Raise `UsageError` for an option that does not fit the server of `--site`, or PyPI where it is not given."""
    if options.site is None:
        if options.password_file is not None:
            raise UsageError("--password-file is for the servers of --site", "PyPI has --token-file")
        return
    reasons = {
        "token": "has user names with passwords instead of API tokens: use --password-file",
        "token_file": "has user names with passwords instead of API tokens: use --password-file",
        "testpypi_port": "has one address: leave it out",
        "new_projects_per_day": "limits no new projects: leave it out",
        "wheelhouse": "has no fallback packages: leave it out",
        "upstream": "has no fallback packages: leave it out",
        "without": "checks no rules of PyPI: leave it out",
        "as_of": "checks no rules of PyPI: leave it out",
        "open": "has no pages for people: leave it out",
    }
    for name, reason in reasons.items():
        if getattr(options, name):
            raise UsageError(f"--{name.replace('_', '-')} does not fit --site {options.site}, which {reason}")


def _chosen_password(options: argparse.Namespace) -> str | None:
    """Return the password from the file or the environment; None if a new one shall be made."""
    if options.password_file is not None:
        return _read_secret("--password-file", options.password_file, "a password")
    return os.environ.get(PASSWORD_VARIABLE) or None


def _chosen_token(options: argparse.Namespace) -> str | None:
    """Return the token from the option, the file or the environment; None if a new one shall be created."""
    if options.token_file is not None:
        return _read_secret("--token-file", options.token_file, "a token")
    return options.token or os.environ.get(TOKEN_VARIABLE) or None


def _read_secret(option: str, file: Path, kind: str) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UsageError(f"{option} {file} cannot be read: {reason}", f"name a file with {kind}") from None
    if not secret or len(secret.splitlines()) > 1:
        what = f"{option} {file} does not have exactly one line"
        raise UsageError(what, f"write only {kind.replace('a ', 'the ')} to the file")
    return secret


def _registered(indexes: FakeIndexes, secret_file: Path | None) -> AbstractContextManager[Path | None]:
    from fake_pypi.cli.running_indexes import registered

    proxy = indexes.proxy_url if any(index.hosts.all for index in indexes.all) else ""
    return registered(indexes.control, indexes.control_secret, secret_file, proxy=proxy)


def _chosen_secret() -> str | None:
    """Return the secret of the control API from the environment; None if a new one shall be made."""
    secret = os.environ.get(SECRET_VARIABLE) or None
    if secret is not None and not (len(secret) >= SHORTEST_SECRET and secret.isascii() and secret.isprintable()):
        what = f"{SECRET_VARIABLE} is shorter than {SHORTEST_SECRET} characters, or not ASCII"
        raise UsageError(what, "choose a long random text, or unset it")
    return secret


def _open_browser(url: str, log: ServerLog) -> None:
    """Open a page in the user's browser, or print why it is not; a text browser may run until its user leaves it."""

    def open_page() -> None:
        import webbrowser

        try:
            is_open = webbrowser.open(url)
        except webbrowser.Error:
            is_open = False
        if not is_open:
            log.message(f"fake-pypi: no browser could be started: open {url} yourself")

    threading.Thread(target=open_page, name="browser", daemon=True).start()


@contextlib.contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    stop_requested = threading.Event()
    from fake_pypi.clients.interpreter import stop_signals

    signals = (signal.SIGINT, *stop_signals())
    before = {number: signal.signal(number, lambda *_: stop_requested.set()) for number in signals}
    try:
        yield stop_requested
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _use_little_memory() -> None:
    """Let the C library return large blocks of memory at once, and let all threads allocate from one arena.

    glibc keeps up to 64 MB of such blocks for each thread, and by default threads have arenas of their own, of which
    each keeps what its largest response needed: 16 of them took 60 MB.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # musl has no such setting and needs none
            library = ctypes.CDLL(None)
            library.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
            library.mallopt(M_ARENA_MAX, 1)
