"""Finding the indexes that a command is meant for: those of the shell around it, or of a running `serve`."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import tempfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from fake_pypi.errors import FakePyPIError, UsageMistake

PATIENCE = 30.0  # seconds


class OrderRefused(FakePyPIError):
    """The index could not do what was asked; the message says why and what is there."""


def order(**facts: Any) -> str:
    """Send one order to the indexes that are running, and return what they say.

    Raises `UsageMistake` when none is running, `OrderRefused` when the order cannot be carried out.
    """
    inside = os.environ.get("FAKE_PYPI_CONTROL")
    if inside:
        return _sent(inside, facts)
    for note in _newest_first():
        with contextlib.suppress(NobodyThere, ValueError, KeyError, TypeError):
            return _sent(json.loads(note.read_text(encoding="utf-8"))["control"], facts)
        note.unlink(missing_ok=True)  # whoever left it was killed
    raise NobodyThere


class NobodyThere(UsageMistake):
    """No index is running where one was looked for."""

    def __init__(self) -> None:
        next_step = "run `fake-pypi serve` in another terminal, or this command inside `fake-pypi run`"
        super().__init__("no index is running", next_step)


def _sent(address: str, facts: dict[str, Any]) -> str:
    request = Request(address, json.dumps(facts).encode(), method="POST")
    opener = build_opener(ProxyHandler({}))  # never through the proxy that the shell sets
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return str(json.load(answer)["said"])
    except HTTPError as refused:
        with refused:
            raise OrderRefused(_mistake(refused.read())) from None
    except (OSError, HTTPException):
        raise NobodyThere from None


def _mistake(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["mistake"])
    except (ValueError, KeyError, TypeError):  # the port belongs to another program by now
        raise NobodyThere from None


def _newest_first() -> list[Path]:
    return sorted(_notes().glob("*.json"), key=lambda note: note.stat().st_mtime, reverse=True)


@contextlib.contextmanager
def announced(control: str) -> Iterator[None]:
    """Leave a note, readable for this user alone, where other commands find the control channel."""
    note = _notes() / f"{os.getpid()}.json"
    note.touch(mode=0o600)
    note.write_text(json.dumps({"control": control}), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _notes() -> Path:
    folder = Path(tempfile.gettempdir()) / f"fake-pypi-running-{_whoever_runs_this()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and (folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077):
        raise UsageMistake(f"{folder} belongs to somebody else or is open to others", "remove it")
    return folder


def _whoever_runs_this() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return str(os.getuid())
