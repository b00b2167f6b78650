"""Look after a folder of `--data` while no index has it open: `fake-pypi data check|rebuild DIR`.

`check` compares database and files, and changes nothing; exit code 1 if something is wrong. `rebuild` adds the
distributions that the index does not know to it, also after the database was lost. What no distribution tells (users,
tokens, yanks, …) cannot be restored.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.fake.data import Rebuilt


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fake-pypi data`."""
    parser.add_argument("verb", choices=("check", "rebuild"))
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder that was given to --data")


def run(options: argparse.Namespace) -> int:
    """Check or rebuild the folders of both indexes."""
    from fake_pypi.fake.data import index_folders, rebuild

    folders = index_folders(options.folder)
    if options.verb == "check":
        return _check(folders)
    done = [rebuild(folder, site) for site, folder in folders.items()]
    for each in done:
        _print(each)
    return 0


def _check(folders: dict[str, Path]) -> int:
    from fake_pypi.fake.data import problems

    wrong = {folder: problems(folder) for folder in folders.values()}
    for folder, lines in wrong.items():
        for line in lines or ["nothing is wrong"]:
            print(f"{folder}: {line}")
    return 1 if any(wrong.values()) else 0


def _print(done: Rebuilt) -> None:
    from fake_pypi.fake.data import NOT_RESTORED

    for notice in done.notices:
        print(f"fake-pypi: {notice}", file=sys.stderr)
    for filename in done.added:
        print(f"{done.folder}: added {filename}")
    for path, reason in done.left:
        print(f"{done.folder}: left {path.relative_to(done.folder)}: {reason}")
    if not done.added and not done.left:
        print(f"{done.folder}: nothing to add")
    if done.new_database:
        print(f"{done.folder}: the database is new; not restored: {NOT_RESTORED}")
