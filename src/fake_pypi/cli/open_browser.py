"""Open a Chromium in which https://pypi.org/ and https://test.pypi.org/ are the fakes.

    fake-pypi browser
    fake-pypi browser https://test.pypi.org/account/register/

It shows the indexes of the shell or of the running `fake-pypi serve`, else new ones, which are discarded when the
browser is closed. Its profile is empty and is removed. Chromium is found on the PATH, at its usual place, or through
the variable CHROMIUM.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fake_pypi.cli.control_client import ControlClient, NoServerRunning
from fake_pypi.cli.index_choice import RunningIndexes, add_index_choice, index_choice
from fake_pypi.sites import SITES

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "https://pypi.org/"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi browser`."""
    from fake_pypi.cli.index_options import add_index_options

    parser.add_argument("page", metavar="URL", nargs="?", default=PAGE, help=f"the page to open (default: {PAGE})")
    parser.add_argument("--headless", action="store_true", help="show no window")
    parser.add_argument(
        "--argument",
        metavar="ARGUMENT",
        action="append",
        default=[],
        help="pass an argument to Chromium, as --argument=--window-size=1000,800; may be given again",
    )
    add_index_choice(parser)
    add_index_options(parser)


def run(options: argparse.Namespace) -> int:
    """Open the browser, and wait until it is closed."""
    from fake_pypi.cli.run import clean_up_on_stop_signals
    from fake_pypi.clients.chromium import launch_arguments, open_chromium, require_chromium

    program = require_chromium(os.environ)
    with clean_up_on_stop_signals(), _indexes(options) as indexes, _profile() as profile:
        arguments = [*launch_arguments(indexes.proxy), *options.argument]
        if options.headless:
            arguments.append("--headless")
        for line in _hints(indexes):
            print(f"fake-pypi: {line}", file=sys.stderr)
        return open_chromium(program, [*arguments, options.page], profile=profile)


def _hints(indexes: RunningIndexes) -> list[str]:
    """Return lines about what the user finds where."""
    pairs = zip(SITES.values(), indexes.urls, strict=False)
    pages = " and ".join(f"http://{site.browser_host}:{urlsplit(url).port}/_fake/" for site, url in pairs)
    return [
        "in this browser, https://pypi.org/ and https://test.pypi.org/ are the fakes",
        f"e-mails and codes of authentication applications are at {pages}",
    ]


@contextmanager
def _indexes(options: argparse.Namespace) -> Iterator[RunningIndexes]:
    """Yield the running indexes, or new ones if there are none or if options for new ones are given."""
    from fake_pypi.cli.index_options import indexes_for
    from fake_pypi.cli.running_indexes import registered

    running = _running(options)
    if running is not None:
        yield running
        return
    with indexes_for(options) as indexes:
        client = ControlClient(indexes.control, indexes.control_secret)
        urls = tuple(index.url for index in indexes.all)
        with registered(client.url, client.secret, proxy=indexes.proxy_url):
            yield RunningIndexes(client, indexes.control_id, urls, indexes.proxy_url)


def _running(options: argparse.Namespace) -> RunningIndexes | None:
    from fake_pypi.cli.running_indexes import find_indexes

    choice = index_choice(options)
    if not choice and (options.data or options.wheelhouse or options.upstream or options.without or options.as_of):
        return None
    try:
        return find_indexes(choice)
    except NoServerRunning:
        if choice:
            raise
        return None


@contextmanager
def _profile() -> Iterator[Path]:
    from fake_pypi.temporary import new_folder

    folder = new_folder("browser")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
