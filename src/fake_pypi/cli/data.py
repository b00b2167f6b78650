"""Check, back up or rebuild a data folder (`--data`): `fake-pypi data check|rebuild DIR`, `data backup DIR TARGET`.

`check` compares database and files without changing them; exit code 1 if they differ. `backup` copies both into a new
folder, also while `serve` uses them. `rebuild` adds files that are missing in the database, which is made again if it
was lost. Users, tokens, yanks and other state that is not in the files cannot be restored. `check` and `rebuild` need
a folder that no index has open.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.index_choice import index_choice
from fake_pypi.errors import UsageError
from fake_pypi.web.data_folder import reported_errors

if TYPE_CHECKING:
    from fake_pypi.fake.data_maintenance import Rebuilt

BACKUP_SECONDS = 3600.0
"""How long a server may take to copy its files."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fake-pypi data`."""
    from fake_pypi.cli.index_choice import add_index_choice

    parser.add_argument("verb", choices=("check", "backup", "rebuild"))
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder of the option --data")
    parser.add_argument("target", metavar="TARGET", type=Path, nargs="?", help="the new folder for a backup")
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Check, back up or rebuild the folders of both indexes."""
    from fake_pypi.fake.data_maintenance import index_folders, rebuild

    if (options.verb == "backup") is (options.target is None):
        raise UsageError("data backup needs two folders, data check and data rebuild need one", "see --help")
    folders = index_folders(options.folder)
    if options.verb == "backup":
        return _back_up(options, folders)
    if options.verb == "check":
        return _check(folders)
    for result in [rebuild(folder, site) for site, folder in folders.items()]:
        _print(result)
    return 0


def _back_up(options: argparse.Namespace, folders: dict[str, Path]) -> int:
    """Back up each folder, by the server that uses it or else directly; exit code 1 if a file was lost."""
    with reported_errors(options.target):
        if options.target.exists() and any(options.target.iterdir()):
            raise UsageError(f"{str(options.target)!r} is not empty", "name a new or empty folder for the backup")
    lost_files: list[str] = []
    for site, folder in folders.items():
        target = options.target if folder == options.folder else options.target / site
        lost = _lost_files(options, site, folder, target.absolute())
        print(f"{folder}: backed up to {target}")
        lost_files += [f"{folder}: {path} is in the index, but there is no such file" for path in lost]
    for line in lost_files:
        print(line)
    return 1 if lost_files else 0


def _lost_files(options: argparse.Namespace, site: str, folder: Path, target: Path) -> list[str]:
    from fake_pypi.cli.control_client import CommandRejected, NoServerRunning
    from fake_pypi.cli.running_indexes import find_indexes
    from fake_pypi.fake.data_maintenance import back_up_closed
    from fake_pypi.index.database_connection import DatabaseInUse

    try:
        return back_up_closed(folder, target)
    except DatabaseInUse:
        places = {"data": str(folder.resolve()), "folder": str(target)}
        try:
            running = find_indexes(index_choice(options))
            patient = replace(running, control=replace(running.control, timeout=BACKUP_SECONDS))
            result = patient.call("POST", site, "backups", **places)
        except NoServerRunning:
            raise UsageError(
                f"{str(folder)!r} is in use, and no `fake-pypi serve` of yours responds", "stop it"
            ) from None
        except CommandRejected as rejected:
            raise UsageError(f"{str(folder)!r} was not backed up", str(rejected)) from None
        return list(result["lost"])


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
