"""Check data folders that no index has open, and rebuild a lost index from its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.index.database import Database
from fake_pypi.index.database_connection import DamagedDatabase
from fake_pypi.operations import users
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.seeding import seed
from fake_pypi.packages.distribution_metadata import form_fields
from fake_pypi.packages.package import Package
from fake_pypi.sites import ALL_SITES, PYPI
from fake_pypi.web.backup import back_up
from fake_pypi.web.data_folder import DATABASE, OURS, DataFolder
from fake_pypi.web.instance import Instance

DISTRIBUTIONS = (".whl", ".tar.gz", ".zip")
NOT_RESTORED = (
    "users, roles, tokens, publishers, attestations, yanks, the journal, the security history, e-mails, settings, "
    "and the names of files that were deleted before"
)
"""What distributions do not contain: it is lost with the rows of the database."""


@dataclass
class Rebuilt:
    """What `rebuild` did with one folder: the filenames it added, and the files it left aside with the reasons."""

    folder: Path
    new_database: bool = False
    notices: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    left: list[tuple[Path, str]] = field(default_factory=list)


def index_folders(data: Path) -> dict[str, Path]:
    """Return the folder of each index in a `--data` folder, by the name of the site.

    A folder with the database of one index in itself is that of a PyPI. Raises `UsageError` for any other one.
    """
    pair = {name: data / name for name in ALL_SITES if _is_index(data / name)}
    if pair:
        return pair
    if _is_index(data):
        return {PYPI.name: data}
    raise UsageError(f"{str(data)!r} is no data folder of fake-pypi", "name the folder that was given to --data")


def problems(folder: Path) -> list[str]:
    """Return what is wrong with the folder of one index, a line for each thing.

    Nothing is changed: a database of an older schema version is read as it is.

    Raises `UsageError` for a folder that is in use.
    """
    data = DataFolder(folder)
    if not data.database.is_file() or not data.database.stat().st_size:
        return [f"the database {DATABASE} is gone: `fake-pypi data rebuild` makes a new one from the files"]
    try:
        db = Database(data.database, migration=False)
    except DamagedDatabase as damaged:
        return [str(damaged)]
    try:
        rows = db.rows("SELECT path, size, sha256 FROM files ORDER BY path")
        return [
            *(f"the database is damaged: {row[0]}" for row in db.rows("PRAGMA integrity_check") if row[0] != "ok"),
            *_wrong_files(data, {row["path"]: (row["size"], row["sha256"]) for row in rows}),
        ]
    finally:
        db.close()


def back_up_closed(folder: Path, target: Path) -> list[str]:
    """Copy the folder of one index that no server uses into a new one; return the paths of files that it has lost.

    The database is not migrated. Raises `DatabaseInUse`, and `UsageError` for a target that is not empty.
    """
    data = DataFolder(folder)
    db = Database(data.database, migration=False)
    try:
        return back_up(db, data.files, target)
    finally:
        db.close()


def rebuild(folder: Path, site: str) -> Rebuilt:
    """Add every distribution that the index of `folder` does not know to it, in the order of their dates.

    A lost or damaged database is replaced by a new one; a damaged one is moved to `unknown-files`. New projects
    belong to the default user. No rule is checked. Raises `UsageError` for a folder that is in use.
    """
    data = DataFolder(folder)
    done = Rebuilt(folder)
    done.new_database = _replace_lost_database(data, done)
    instance = Instance(ALL_SITES[site], data=folder)
    try:
        sizes = instance.index.releases.sizes()
        for path in sorted(data.unknown(sizes), key=lambda path: (path.stat().st_mtime, path.name)):
            _add(instance, path, done)
        done.notices.extend(notice for notice in instance.notices if "data rebuild" not in notice)
    finally:
        instance.close()
    return done


def _is_index(folder: Path) -> bool:
    return folder.is_dir() and any((folder / name).exists() for name in (DATABASE, *OURS))


def _wrong_files(data: DataFolder, known: dict[str, tuple[int, str]]) -> Iterator[str]:
    sizes = {path: size for path, (size, _) in known.items()}
    for path, (size, sha256) in known.items():
        file = data.files / path
        if not file.is_file():
            yield f"{path} is in the index, but there is no such file"
        elif file.stat().st_size != size or _sha256(file) != sha256:
            yield f"{path} has other bytes than were uploaded"
    for file in data.unknown(sizes):
        yield f"{file.relative_to(data.path)} is not in the index: `fake-pypi data rebuild` adds distributions to it"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _replace_lost_database(data: DataFolder, done: Rebuilt) -> bool:
    """Make a new database if there is none that can be read; return whether one was made."""
    lost = not data.database.exists() or not data.database.stat().st_size
    try:
        db = Database(data.database, migration=False)
        damage = [] if lost else [row[0] for row in db.rows("PRAGMA quick_check(1)") if row[0] != "ok"]
        db.close()
    except DamagedDatabase as damaged:
        damage = [damaged.what]
    if damage:
        done.notices.append(f"{damage[0]}: moved to {str(data.move_database_aside())!r}")
        Database(data.database).close()
    return lost or bool(damage)


def _add(instance: Instance, path: Path, done: Rebuilt) -> None:
    reason = _reason_against(instance, path)
    if reason:
        done.left.append((path, reason))
        return
    owner = users.get_or_add(instance.index, ADMINISTRATOR)
    instance.index.clock.set(datetime.fromtimestamp(path.stat().st_mtime, timezone.utc))
    try:
        seed(instance.index, ADMINISTRATOR, Package(path.name, source=path), owner, files=instance)
    except UsageError as error:
        done.left.append((path, error.what))
        return
    path.unlink()  # its bytes are in `files` now
    done.added.append(path.name)


def _reason_against(instance: Instance, path: Path) -> str:
    if not path.name.endswith(DISTRIBUTIONS):
        return "no wheel and no sdist"
    if instance.index.releases.file(path.name) is not None:
        return "a file of that name is in the index"
    if instance.index.releases.was_used(path.name):
        return "a file of that name was deleted from the index, and such a name cannot be used again"
    try:
        form_fields(Package(path.name, source=path))
    except UnreadablePackage as unreadable:
        return str(unreadable)
    return ""
