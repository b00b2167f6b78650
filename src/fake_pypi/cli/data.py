"""Check, back up or rebuild a data folder (`--data`): `fake-pypi data check|rebuild DIR`, `data backup DIR TARGET`.

`check` compares database and files without changing them; exit code 1 if they differ. `backup` copies both into a new
folder, also while `serve` uses them. `rebuild` adds files that are missing in the database, which is made again if it
was lost. Users, tokens, yanks and other state that is not in the files cannot be restored. `check` and `rebuild` need
a folder that no index has open.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fake_pypi.cli.index_choice import index_choice
from fake_pypi.cli.index_documents import DataDocument, DataFolderState, LeftFile
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError
from fake_pypi.web.data_folder import reported_errors

BACKUP_SECONDS = 3600.0
"""How long a server may take to copy its files."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fake-pypi data`."""
    from fake_pypi.cli.index_choice import add_index_choice

    parser.add_argument("action", choices=("check", "backup", "rebuild"))
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder of the option --data")
    parser.add_argument("target", metavar="TARGET", type=Path, nargs="?", help="the new folder for a backup")
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Check, back up or rebuild the folders of both indexes."""
    from fake_pypi.fake.data_maintenance import index_folders

    if (options.action == "backup") is (options.target is None):
        raise UsageError("data backup needs two folders, data check and data rebuild need one", "see --help")
    folders = index_folders(options.folder)
    act = {"check": _check, "backup": _back_up, "rebuild": _rebuild}[options.action]
    states = tuple(act(options, folders))
    if options.json:
        print_json(DataDocument(options.action, states))
    else:
        print("\n".join(line for state in states for line in _lines(state, options.action)))
    return 1 if any(state.problems for state in states) else 0


def _check(_options: argparse.Namespace, folders: dict[str, Path]) -> Iterator[DataFolderState]:
    from fake_pypi.fake.data_maintenance import problems

    for index, folder in folders.items():
        yield DataFolderState(index, str(folder), problems=tuple(problems(folder)))


def _back_up(options: argparse.Namespace, folders: dict[str, Path]) -> Iterator[DataFolderState]:
    """Back up each folder, by the server that uses it or else directly; a lost file is a problem."""
    with reported_errors(options.target):
        if options.target.exists() and any(options.target.iterdir()):
            raise UsageError(f"{str(options.target)!r} is not empty", "name a new or empty folder for the backup")
    for index, folder in folders.items():
        target = options.target if folder == options.folder else options.target / index
        lost = _lost_files(options, index, folder, target.absolute())
        problems = tuple(f"{path} is in the index, but there is no such file" for path in lost)
        yield DataFolderState(index, str(folder), problems=problems, backup=str(target))


def _rebuild(_options: argparse.Namespace, folders: dict[str, Path]) -> Iterator[DataFolderState]:
    from fake_pypi.fake.data_maintenance import rebuild

    for index, folder in folders.items():
        rebuilt = rebuild(folder, index)
        for notice in rebuilt.notices:
            print(f"fake-pypi: {notice}", file=sys.stderr)
        left = tuple(LeftFile(str(path), reason) for path, reason in rebuilt.left)
        yield DataFolderState(
            index, str(folder), added=tuple(rebuilt.added), left=left, new_database=rebuilt.new_database
        )


def _lines(state: DataFolderState, action: str) -> Iterator[str]:
    """Yield what was found or done in one folder."""
    from fake_pypi.fake.data_maintenance import NOT_RESTORED

    texts = list(state.problems)
    if action == "check":
        texts = texts or ["nothing is wrong"]
    elif action == "backup":
        texts.insert(0, f"backed up to {state.backup}")
    else:
        texts += [f"added {filename}" for filename in state.added]
        texts += [f"left {Path(left.path).relative_to(state.path)}: {left.reason}" for left in state.left]
        texts = texts or ["nothing to add"]
        texts += [f"the database is new; not restored: {NOT_RESTORED}"] if state.new_database else []
    return (f"{state.path}: {text}" for text in texts)


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
