"""Yank, unyank or delete releases, as on PyPI's web pages: `fake-pypi yank|unyank|delete NAME VERSION`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import ChangedRelease, ReleaseDocument
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `yank`, `unyank` and `delete`."""
    parser.add_argument("name", metavar="PROJECT", help="the project")
    parser.add_argument(
        "version", metavar="VERSION", nargs="?", help="the release; `delete` without one deletes the project"
    )
    parser.add_argument("--reason", default="", help="the reason that installers show for a yank")
    parser.add_argument("--file", metavar="FILENAME", help="delete this file only")
    add_site_choice(parser)
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command on the running indexes."""
    from fake_pypi.cli.running_indexes import find_indexes

    if options.command != "delete" and (options.version is None or options.file):
        raise UsageError(f"{options.command} needs a release", "give the project and the version")
    indexes = find_indexes(index_choice(options))
    site = indexes.chosen_sites(options.index)[0]
    project = (site, "projects", options.name)
    if options.command == "yank":
        indexes.call("POST", *project, "releases", options.version, "yank", reason=options.reason)
    elif options.command == "unyank":
        indexes.call("POST", *project, "releases", options.version, "unyank")
    elif options.file:
        indexes.call("DELETE", site, "files", options.file)
    elif options.version:
        indexes.call("DELETE", *project, "releases", options.version)
    else:
        indexes.call("DELETE", *project)
    if options.json:
        release = ChangedRelease(options.name, options.version, options.file, options.reason or None)
        print_json(ReleaseDocument(options.command, site, release))
        return 0
    target = options.file or " ".join(word for word in (options.name, options.version) if word)
    print(f"{options.command}: {target} on {site}")
    return 0
