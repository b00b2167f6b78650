"""Find the running indexes of a shell, or of `fake-pypi serve`, which registers in files for its user only."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fake_pypi.cli.control_client import SECRET_VARIABLE, CommandRejected, ControlClient, NoServerRunning
from fake_pypi.cli.index_choice import IndexChoice, RunningIndexes
from fake_pypi.errors import UsageError

NO_CHOICE = IndexChoice()
MAIN = "main"
"""The id of the first pair of indexes of a process."""


def find_indexes(choice: IndexChoice = NO_CHOICE) -> RunningIndexes:
    """Return the running indexes: those of the shell, or those of this user that `choice` matches.

    Raises `UsageError` if none are running, or if several are and `choice` does not match one of them.
    """
    control = os.environ.get("FAKE_PYPI_CONTROL")
    if control and not choice:
        client = ControlClient(control, os.environ.get(SECRET_VARIABLE, ""))
        urls = (os.environ.get("FAKE_PYPI_URL", ""), os.environ.get("FAKE_TESTPYPI_URL", ""))
        proxy = os.environ.get("HTTPS_PROXY", "")
        return RunningIndexes(client, os.environ.get("FAKE_PYPI_INDEXES", MAIN), urls, proxy)
    folders = _folders()
    running = [pair for pairs in _running(filter(_is_private, folders)) for pair in pairs]
    if running:
        return choice.pick(running)
    if os.path.lexists(folders[0]) and not _is_private(folders[0]):
        raise NotPrivate(folders[0])
    raise NoServerRunning


def _running(folders: Iterable[Path]) -> Iterator[list[RunningIndexes]]:
    """Yield the pairs of each server that responds; the file of a server that was killed is removed."""
    for file in _newest_first(folders):
        try:
            registration = json.loads(file.read_text(encoding="utf-8"))
            client = ControlClient(str(registration["control"]), str(registration["secret"]))
            proxy = str(registration.get("proxy", ""))
            pairs = [_pair(client, pair, proxy) for pair in client.call("GET", "indexes")]
        except (NoServerRunning, CommandRejected, ValueError, KeyError, TypeError, AttributeError):
            file.unlink(missing_ok=True)
        else:
            yield pairs


def _pair(client: ControlClient, pair: Mapping[str, Any], proxy: str) -> RunningIndexes:
    """Return a pair as the control API lists it; the proxy of a process leads to its first pair."""
    urls = tuple(index["url"] for name, index in pair.items() if name != "id" and index is not None)
    return RunningIndexes(client, pair["id"], urls, proxy if pair["id"] == MAIN else "")


class NotPrivate(UsageError):
    """The folder in which running indexes are registered can be written by other users."""

    def __init__(self, folder: Path) -> None:
        next_step = "remove it, or set XDG_RUNTIME_DIR or TMPDIR to your own folder for `serve` and this command"
        super().__init__(f"{folder} belongs to another user or is writable for others", next_step)


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    files = [file for folder in folders for file in folder.glob("*.json")]
    return sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)


@contextlib.contextmanager
def registered(control: str, secret: str, secret_file: Path | None = None, *, proxy: str = "") -> Iterator[Path | None]:
    """Register the control API in files that only this user can read, for other commands of this user.

    Yield the file that has the secret alone: `secret_file`, or one beside the registration. If the registration cannot
    be written, a warning is printed on standard error, and the indexes work without it. Raises `UsageError` for a
    `secret_file` that cannot be written.
    """
    with contextlib.ExitStack() as files:
        if secret_file is not None:
            try:
                files.enter_context(_private_file(secret_file, f"{secret}\n"))
            except OSError as error:
                what = f"--control-secret-file {secret_file} cannot be written: {error.strerror}"
                raise UsageError(what, "name a file in a folder of your own") from None
        try:
            folder = _own_folder()
            registration = json.dumps({"control": control, "secret": secret, "proxy": proxy})
            files.enter_context(_private_file(folder / f"{os.getpid()}.json", registration))
            if secret_file is None:
                secret_file = folder / f"{os.getpid()}.secret"
                files.enter_context(_private_file(secret_file, f"{secret}\n"))
        except (OSError, UsageError) as error:
            reason = "`fake-pypi yank` and similar commands cannot find this server"
            print(f"fake-pypi: {reason}: {error}", file=sys.stderr)
        yield secret_file


@contextlib.contextmanager
def _private_file(path: Path, text: str) -> Iterator[None]:
    """Write a file that only this user can read, in place of any of that name, and remove it at the end."""
    path.unlink(missing_ok=True)  # left by a process that was killed and had the same id
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _own_folder() -> Path:
    """Return the folder in which this session registers indexes, which is made. Raises `NotPrivate`."""
    folder = _folders()[0]
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not _is_private(folder):
        raise NotPrivate(folder)
    return folder


def private_folder(name: str) -> Path:
    """Return a folder of that name beside the registrations, which only this user can read. Raises `NotPrivate`."""
    folder = _own_folder() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _folders() -> list[Path]:
    """Return the folders in which indexes are registered: the first by this session, the others by other sessions.

    XDG_RUNTIME_DIR belongs to the user. In the shared folder for temporary files, another user may own
    a folder of that name.
    """
    shared = Path(tempfile.gettempdir()) / f"fake-pypi-running-{_current_user()}"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    return [runtime / "fake-pypi", shared] if runtime.is_absolute() and _is_private(runtime) else [shared]


def _is_private(folder: Path) -> bool:
    """Return whether this is a folder (not a link) of this user to which others have no access."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    is_private = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)
    return stat.S_ISDIR(status.st_mode) and is_private


def _current_user() -> str:
    """Return the name of this user, or the id: that of a container may have no name.

    Without USERNAME in the environment, `getpass` imports `pwd` on Windows too, where there is none.
    """
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "user"
