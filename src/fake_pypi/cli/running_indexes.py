"""Find the running indexes of a shell or of `fake-pypi serve`, and send commands to them."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from fake_pypi.cli.index_choice import IndexChoice, RunningIndexes
from fake_pypi.errors import FakePyPIError, UsageError

NO_CHOICE = IndexChoice()
TIMEOUT = 30.0  # seconds


class CommandRejected(FakePyPIError):
    """The index rejected a command; the message has the reason."""


def send_command(command: str, choice: IndexChoice = NO_CHOICE, **arguments: Any) -> str:
    """Send a command to the running indexes, and return its result.

    Raises `UsageError` if none are running, or if several are and `choice` does not match any of them. Raises
    `CommandRejected` if the indexes reject the command.
    """
    return _send(running_indexes(choice).control, {"command": command, **arguments})


def running_indexes(choice: IndexChoice = NO_CHOICE) -> RunningIndexes:
    """Return the indexes of this shell, or else the running ones that match `choice`.

    Raises `UsageError` if none are running, or if several are and `choice` does not match any of them.
    """
    control = os.environ.get("FAKE_PYPI_CONTROL")
    if control and not choice:
        urls = (os.environ.get("FAKE_PYPI_URL", ""), os.environ.get("FAKE_TESTPYPI_URL", ""))
        return RunningIndexes(control, urls, os.environ.get("HTTPS_PROXY", ""))
    folders = _folders()
    running = list(_running(filter(_is_private, folders)))
    if running:
        return choice.pick(running)
    if os.path.lexists(folders[0]) and not _is_private(folders[0]):
        raise NotPrivate(folders[0])
    raise NoServerRunning


def _running(folders: Iterable[Path]) -> Iterator[RunningIndexes]:
    """Yield the indexes that respond; the file of a server that was killed is removed."""
    for file in _newest_first(folders):
        try:
            addresses = json.loads(file.read_text(encoding="utf-8"))
            urls = tuple(map(str, addresses.get("urls", ())))
            indexes = RunningIndexes(addresses["control"], urls, str(addresses.get("proxy", "")))
            _check_response(indexes.control)
        except (NoServerRunning, ValueError, KeyError, TypeError, AttributeError):
            file.unlink(missing_ok=True)
        else:
            yield indexes


def _check_response(control: str) -> None:
    """Send an empty command, which a control address rejects. Raises `NoServerRunning` if nothing responds."""
    with contextlib.suppress(CommandRejected):
        _send(control, {})


class NoServerRunning(UsageError):
    """No index is running."""

    def __init__(self) -> None:
        next_step = "run `fake-pypi serve` in another terminal, or this command inside `fake-pypi run`"
        super().__init__("no index is running", next_step)


class NotPrivate(UsageError):
    """The folder in which running indexes are registered can be written by other users."""

    def __init__(self, folder: Path) -> None:
        next_step = "remove it, or set XDG_RUNTIME_DIR or TMPDIR to your own folder for `serve` and this command"
        super().__init__(f"{folder} belongs to another user or is writable for others", next_step)


def _send(address: str, command: dict[str, Any]) -> str:
    request = Request(address, json.dumps(command).encode(), method="POST")
    opener = build_opener(ProxyHandler({}))  # never through the proxy that the shell sets
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return str(json.load(response)["result"])
    except HTTPError as error:
        with error:
            raise CommandRejected(_error_message(error.read())) from None
    except (OSError, HTTPException):
        raise NoServerRunning from None


def _error_message(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):  # the port now belongs to another program
        raise NoServerRunning from None


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    files = [file for folder in folders for file in folder.glob("*.json")]
    return sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)


@contextlib.contextmanager
def registered(control: str, *urls: str, proxy: str = "") -> Iterator[None]:
    """Register the addresses of indexes in a file that only this user can read, for other commands of this user.

    If the file cannot be written, a warning is printed on standard error, and the indexes work without it.
    """
    try:
        file = _write_file({"control": control, "urls": urls, "proxy": proxy})
    except (OSError, UsageError) as error:
        print(f"fake-pypi: `fake-pypi yank` and similar commands cannot find this server: {error}", file=sys.stderr)
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _write_file(addresses: Mapping[str, object]) -> Path:
    folder = _folders()[0]
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not _is_private(folder):
        raise NotPrivate(folder)
    path = folder / f"{os.getpid()}.json"
    path.unlink(missing_ok=True)  # left by a process that was killed and had the same id
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(addresses, file)
    return path


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
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the user id of a container may have no name
        return str(os.getuid())
