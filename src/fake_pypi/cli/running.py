"""Finding the indexes that a command is meant for: those of the shell around it, or of a running `serve`."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from fake_pypi.cli.index_choice import IndexChoice, RunningIndexes
from fake_pypi.errors import FakePyPIError, UsageError

ONLY_ONE = IndexChoice()
PATIENCE = 30.0  # seconds


class CommandRejected(FakePyPIError):
    """The index could not carry the command out; the message says why, and names what exists."""


def send_command(command: str, choice: IndexChoice = ONLY_ONE, **arguments: Any) -> str:
    """Send one command to the indexes that are running, and return its result.

    Raises `UsageError` when none is running, or several and `choice` names none of them; `CommandRejected` when the
    command cannot be carried out.
    """
    body = {"command": command, **arguments}
    inside = os.environ.get("FAKE_PYPI_CONTROL")
    if inside and not choice:
        return _send(inside, body)
    folders = _folders()
    running = list(_running(filter(_is_private, folders)))
    if running:
        return _send(choice.pick(running).control, body)
    if os.path.lexists(folders[0]) and not _is_private(folders[0]):
        raise NotPrivate(folders[0])
    raise NoServerRunning


def _running(folders: Iterable[Path]) -> Iterator[RunningIndexes]:
    """Yield the indexes that answer; the note of a server that was killed is removed."""
    for note in _newest_first(folders):
        try:
            facts = json.loads(note.read_text(encoding="utf-8"))
            indexes = RunningIndexes(facts["control"], tuple(map(str, facts.get("urls", ()))))
            _check_answers(indexes.control)
        except (NoServerRunning, ValueError, KeyError, TypeError, AttributeError):
            note.unlink(missing_ok=True)
        else:
            yield indexes


def _check_answers(control: str) -> None:
    """Send an empty command, which a control channel rejects; raise `NoServerRunning` if none is at the address."""
    with contextlib.suppress(CommandRejected):
        _send(control, {})


class NoServerRunning(UsageError):
    """No index is running where one was looked for."""

    def __init__(self) -> None:
        next_step = "run `fake-pypi serve` in another terminal, or this command inside `fake-pypi run`"
        super().__init__("no index is running", next_step)


class NotPrivate(UsageError):
    """The folder in which running indexes are announced may have been written by somebody else."""

    def __init__(self, folder: Path) -> None:
        next_step = "remove it, or set XDG_RUNTIME_DIR or TMPDIR to a folder of your own for `serve` and this command"
        super().__init__(f"{folder} belongs to somebody else or is open to others", next_step)


def _send(address: str, command: dict[str, Any]) -> str:
    request = Request(address, json.dumps(command).encode(), method="POST")
    opener = build_opener(ProxyHandler({}))  # never through the proxy that the shell sets
    try:
        with opener.open(request, timeout=PATIENCE) as response:
            return str(json.load(response)["result"])
    except HTTPError as rejected:
        with rejected:
            raise CommandRejected(_error(rejected.read())) from None
    except (OSError, HTTPException):
        raise NoServerRunning from None


def _error(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):  # the port belongs to another program by now
        raise NoServerRunning from None


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    notes = [note for folder in folders for note in folder.glob("*.json")]
    return sorted(notes, key=lambda note: note.stat().st_mtime, reverse=True)


@contextlib.contextmanager
def announced(control: str, *urls: str) -> Iterator[None]:
    """Write the address of the control channel where other commands of this user find it, readable by nobody else.

    When that cannot be done, a line on standard error says so: the indexes work without it.
    """
    try:
        note = _write_note(control, urls)
    except (OSError, UsageError) as error:
        print(f"fake-pypi: `fake-pypi yank` and its siblings cannot find this server: {error}", file=sys.stderr)
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def _write_note(control: str, urls: Sequence[str]) -> Path:
    folder = _folders()[0]
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not _is_private(folder):
        raise NotPrivate(folder)
    note = folder / f"{os.getpid()}.json"
    note.unlink(missing_ok=True)  # of a process that was killed and had our number
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"control": control, "urls": urls}, file)
    return note


def _folders() -> list[Path]:
    """Return where indexes announce themselves: in the first, and those of other sessions in the others.

    XDG_RUNTIME_DIR belongs to the user alone. The folder for temporary files is everybody's: there the name may be
    taken by somebody else.
    """
    shared = Path(tempfile.gettempdir()) / f"fake-pypi-running-{_current_user()}"
    named = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    return [named / "fake-pypi", shared] if named.is_absolute() and _is_private(named) else [shared]


def _is_private(folder: Path) -> bool:
    """Return whether it is a folder, no link, that belongs to this user and is closed to others."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    ours = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
    return stat.S_ISDIR(found.st_mode) and ours


def _current_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return str(os.getuid())
