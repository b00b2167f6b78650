"""Check or rebuild a data folder (`--data`) that no index has open: `fake-pypi data check|rebuild DIR`.

`check` compares database and files without changing them; exit code 1 if they differ. `rebuild` adds files that are
missing in the database, which is made again if it was lost. Users, tokens, yanks and other state that is not in the
files cannot be restored.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.fake.data_maintenance import Rebuilt


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fake-pypi data`."""
    parser.add_argument("verb", choices=("check", "rebuild"))
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder of the option --data")


def run(options: argparse.Namespace) -> int:
    """Check or rebuild the folders of both indexes."""
    from fake_pypi.fake.data_maintenance import index_folders, rebuild

    folders = index_folders(options.folder)
    if options.verb == "check":
        return _check(folders)
    for result in [rebuild(folder, site) for site, folder in folders.items()]:
        _print(result)
    return 0


def _check(folders: dict[str, Path]) -> int:
    from fake_pypi.fake.data_maintenance import problems

    problems_by_folder = {folder: problems(folder) for folder in folders.values()}
    for folder, lines in problems_by_folder.items():
        for line in lines or ["nothing is wrong"]:
            print(f"{folder}: {line}")
    return 1 if any(problems_by_folder.values()) else 0


def _print(result: Rebuilt) -> None:
    from fake_pypi.fake.data_maintenance import NOT_RESTORED

    for notice in result.notices:
        print(f"fake-pypi: {notice}", file=sys.stderr)
    for filename in result.added:
        print(f"{result.folder}: added {filename}")
    for path, reason in result.left:
        print(f"{result.folder}: left {path.relative_to(result.folder)}: {reason}")
    if not result.added and not result.left:
        print(f"{result.folder}: nothing to add")
    if result.new_database:
        print(f"{result.folder}: the database is new; not restored: {NOT_RESTORED}")
