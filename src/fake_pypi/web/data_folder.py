"""The data folder of an index (`--data DIR`): its permissions and its contents."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from fake_pypi.errors import StorageError, UsageError
from fake_pypi.operations.file_storage import UPLOAD_PREFIX

DATABASE = "index.sqlite3"
FILES, SPOOL, UNKNOWN = "files", "spool", "unknown-files"
OURS = frozenset({FILES, SPOOL, UNKNOWN})
IGNORED = frozenset({"lost+found", ".DS_Store", "Thumbs.db", "desktop.ini", ".gitignore", ".gitkeep"})
"""What file systems, desktops and version control put into folders."""
NAMED_IN_A_NOTICE = 3


class DataFolder:
    """The folder of one index: its database, its files, its spool, and files that the index does not know.

    Nothing in it is deleted but spooled uploads that a crash left: what is not known is moved to `unknown-files`.
    `notices` are lines for the user about the state of the folder and what was changed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / DATABASE
        self.files = path / FILES
        self.notices: list[str] = []

    def make(self) -> None:
        """Make the folder if it does not exist. Raises `UsageError` for one that belongs to something else."""
        with reported_errors(self.path):
            make_private_folder(self.path)
            if os.path.lexists(self.database) and not _is_empty_file(self.database):
                return
            if any(_regular_files(self.files)):
                raise UsageError(
                    f"{str(self.path)!r} has distributions, but its database {DATABASE} is gone",
                    "`fake-pypi data rebuild` makes a new one from the files, or name another folder",
                )
            if not self.database.exists():
                reject_foreign_entries(self.path, OURS)

    def settle(self, sizes: Mapping[str, int]) -> None:
        """Put the folder in order at the start, before anything can be uploaded.

        `sizes` has the path and the size of every file that the index knows. Modes become 0700 and 0600, what a
        crash left in the spool is removed, unknown files are moved aside, and files that are gone are reported.
        """
        with reported_errors(self.path):
            for name in (SPOOL, FILES):
                make_private_folder(self.path / name)
            if restrict(self.path, self._entries()):
                self.notices.append(restricted(self.path))
            self._set_aside([*self._left_in_spool(), *self._unknown_files(sizes)])
        self._report_damage(sizes)

    def missing(self, sizes: Mapping[str, int]) -> list[str]:
        """Return the paths of the files that the index knows and that are gone, or have another size."""
        folder = str(
            self.files
        )  # thousands of files: joining `Path` objects would take longer than looking at the files
        return [path for path, size in sizes.items() if _size_of(f"{folder}/{path}") != size]

    def unknown(self, sizes: Mapping[str, int]) -> list[Path]:
        """Return the files that the index does not know, those that were set aside earlier among them."""
        return [*self._unknown_files(sizes), *_regular_files(self.path / UNKNOWN)]

    def move_database_aside(self) -> Path:
        """Move a damaged database, with what SQLite keeps beside it, below `unknown-files`; return where it is."""
        with reported_errors(self.path):
            folder = _new_folder(self.path / UNKNOWN)
            for path in list(self.path.glob(f"{DATABASE}*")):
                shutil.move(path, folder / path.name)
        return folder

    def _entries(self) -> Iterator[str | Path]:
        yield from (self.path / f"{DATABASE}{end}" for end in ("", "-wal", "-shm", "-journal"))
        for folder in (self.path / name for name in OURS):
            yield folder
            yield from (entry.path for entry in _everything_below(folder))

    def _left_in_spool(self) -> Iterator[Path]:
        for path in list((self.path / SPOOL).iterdir()):
            if path.name.startswith(UPLOAD_PREFIX) and path.is_file() and not path.is_symlink():
                path.unlink()
            elif path.name not in IGNORED:
                yield path

    def _unknown_files(self, sizes: Mapping[str, int]) -> list[Path]:
        start = len(str(self.files)) + 1
        return [
            Path(entry.path)
            for entry in _everything_below(self.files)
            if _is_regular(entry) and entry.path[start:].replace(os.sep, "/") not in sizes
        ]

    def _set_aside(self, unknown: list[Path]) -> None:
        if not unknown:
            return
        folder = _new_folder(self.path / UNKNOWN)
        for path in unknown:
            target = folder / path.relative_to(self.path)
            make_private_folder(target.parent)
            shutil.move(path, target)
        self.notices.append(
            f"{_counted(unknown, 'file')} not in the index and moved to {str(folder)!r}: "
            "`fake-pypi data rebuild` adds distributions to the index"
        )

    def _report_damage(self, sizes: Mapping[str, int]) -> None:
        if gone := self.missing(sizes):
            self.notices.append(
                f"{_counted([Path(path) for path in gone], 'file')} in the index, but gone from {str(self.files)!r} or "
                "changed: put the bytes back, or delete it from the index with `fake-pypi delete`"
            )


def make_private_folder(folder: Path) -> list[Path]:
    """Make a folder that only its owner may enter, and those above it that are missing; return what was made."""
    try:
        os.mkdir(folder, 0o700)  # noqa: PTH102 - half the time, for each upload
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
        return []
    except FileNotFoundError:
        if folder == folder.parent:  # a drive that does not exist
            raise
        return [*make_private_folder(folder.parent), *make_private_folder(folder)]
    return [folder]


def make_root_of_pair(folder: Path, names: frozenset[str]) -> None:
    """Make the folder above those of two indexes. Raises `UsageError` for one that belongs to something else."""
    with reported_errors(folder):
        make_private_folder(folder)
        if any((folder / name / part).exists() for name in names for part in (DATABASE, *OURS)):
            return
        reject_foreign_entries(folder, names)


def reject_foreign_entries(folder: Path, ours: frozenset[str]) -> None:
    """Raise `UsageError` if a folder without a database holds anything else than what we make."""
    foreign = sorted({path.name for path in folder.iterdir()} - ours - IGNORED)
    if foreign:
        raise UsageError(
            f"{str(folder)!r} is not empty and no data folder of fake-pypi ({foreign[0]!r} is in it)",
            "name a new or empty folder",
        )


def restrict(folder: Path, entries: Iterable[str | Path] = ()) -> bool:
    """Take every right on a folder and on entries in it from the group and from others.

    Return whether other users could enter the folder before; if not, the modes of the entries made no difference.
    Raises `UsageError` for a folder of another user that is open to others.
    """
    if os.name == "nt":
        return False
    entered = bool(folder.stat().st_mode & 0o077)
    for path in (folder, *entries):
        with suppress(FileNotFoundError):
            mode = os.lstat(path).st_mode
            if mode & 0o077 and not stat.S_ISLNK(mode):
                try:
                    Path(path).chmod(stat.S_IMODE(mode) & (0o700 if stat.S_ISDIR(mode) else 0o600))
                except PermissionError:
                    what = f"{str(path)!r} is open to other users and belongs to one of them"
                    raise UsageError(what, "name a folder of your own, for instance a new one below it") from None
    return entered


def restricted(folder: Path) -> str:
    """Return the notice that `restrict` had to change the mode of a folder."""
    return f"{str(folder)!r} was open to other users, with the keys of its tokens: only its owner may read it now"


def sync(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk (Windows syncs no folders)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def reported_errors(folder: Path) -> Iterator[None]:
    """Raise `UsageError` in place of an `OSError` from the folder, with what to do about it."""
    try:
        yield
    except OSError as error:
        failure = StorageError.of_file(error, folder)
        raise UsageError(failure.what, failure.next_step) from None


def _everything_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything in a folder, if it is one; links are not followed."""
    folders = [str(folder)] if folder.is_dir() else []
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                yield entry


def _is_regular(entry: os.DirEntry[str]) -> bool:
    return entry.name not in IGNORED and entry.is_file()


def _regular_files(folder: Path) -> Iterator[Path]:
    return (Path(entry.path) for entry in _everything_below(folder) if _is_regular(entry))


def _is_empty_file(path: Path) -> bool:
    return path.is_file() and not path.stat().st_size


def _size_of(path: str) -> int | None:
    """Return the size of a regular file, or None."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called for each of thousands of files
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _new_folder(above: Path) -> Path:
    """Make a folder below `above` with the present time as its name, and return it."""
    name = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    number = 1
    while (folder := above / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    make_private_folder(folder)
    return folder


def _counted(paths: Sequence[Path], noun: str) -> str:
    """Return the number of paths, with the names of the first ones, as the start of a sentence.

    >>> _counted([Path("aa/hello-1.0.tar.gz")], "file")
    '1 file (hello-1.0.tar.gz) is'
    """
    names = ", ".join(path.name for path in paths[:NAMED_IN_A_NOTICE])
    more = ", …" if len(paths) > NAMED_IN_A_NOTICE else ""
    return f"{len(paths)} {noun}{'' if len(paths) == 1 else 's'} ({names}{more}) {'is' if len(paths) == 1 else 'are'}"
