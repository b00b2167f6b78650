"""Finding the indexes that a command is meant for: those of the shell around it, or of a running `serve`."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from fake_pypi.errors import FakePyPIError, UsageMistake

PATIENCE = 30.0  # seconds


class OrderRefused(FakePyPIError):
    """The index could not do what was asked; the message says why and what is there."""


def order(**facts: Any) -> str:
    """Send one order to the indexes that are running, and return what they say.

    Raises `UsageMistake` when none is running, `OrderRefused` when the order cannot be carried out.
    """
    request = Request(_address(), json.dumps(facts).encode(), method="POST")
    opener = build_opener(ProxyHandler({}))  # never through the proxy that the shell sets
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return str(json.load(answer)["said"])
    except HTTPError as refused:
        with refused:
            raise OrderRefused(json.load(refused)["mistake"]) from None
    except URLError:
        raise UsageMistake("no index answers", NEXT) from None


NEXT = "run `fake-pypi serve` in another terminal, or this command inside `fake-pypi run`"


def _address() -> str:
    inside = os.environ.get("FAKE_PYPI_CONTROL")
    if inside:
        return inside
    for note in sorted(_notes().glob("*.json"), key=lambda each: each.stat().st_mtime, reverse=True):
        with contextlib.suppress(OSError, ValueError, KeyError):
            return str(json.loads(note.read_text(encoding="utf-8"))["control"])
    raise UsageMistake("no index is running", NEXT)


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
    folder = Path(tempfile.gettempdir()) / f"fake-pypi-running-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and (folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077):
        raise UsageMistake(f"{folder} belongs to somebody else or is open to others", "remove it")
    return folder
