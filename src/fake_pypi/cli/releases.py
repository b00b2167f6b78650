"""What PyPI's web pages do with releases: `fake-pypi yank|unyank|delete NAME VERSION`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse

from fake_pypi.cli.index_choice import add_index_choice, index_choice
from fake_pypi.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `yank`, `unyank` and `delete`."""
    parser.add_argument("name", help="the project")
    parser.add_argument("version", nargs="?", help="the release; `delete` without one deletes the project")
    parser.add_argument("--reason", default="", help="what installers show about the yank")
    parser.add_argument("--file", metavar="FILENAME", help="delete this file only")
    parser.add_argument("--index", choices=("pypi", "testpypi"), default="pypi", help="which index (pypi)")
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Carry out one of the three commands."""
    from fake_pypi.cli.running import send_command

    if options.command != "delete" and (options.version is None or options.file):
        raise UsageError(f"{options.command} is about a release", "name the project and the version")
    facts = {"project": options.name, "version": options.version}
    if options.command == "yank":
        facts["reason"] = options.reason
    elif options.file:
        facts = {"project": options.name, "filename": options.file}
    send_command(options.command, index_choice(options), index=options.index, **facts)
    what = options.file or " ".join(word for word in (options.name, options.version) if word)
    print(f"{options.command}: {what} on {options.index}")
    return 0
