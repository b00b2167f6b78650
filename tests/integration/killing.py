"""Kill a process (SIGKILL) in every state in which it changes a data folder, and check what the next start finds.

A child process carries out one operation and kills itself at one of its checkpoints: before each SQL statement and
before each change of a file or folder, so every state between two changes can be chosen. A real `fake-pypi serve` is
killed from outside while it receives the body of an upload, starts, and stops.

    python -m tests.integration.killing --kills 200     # each checkpoint once, servers for the rest, into killing.json
    python -m tests.integration.killing child DATA OPERATION CHECKPOINT
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from fake_pypi import FakePyPI, UsageError, wheel
from fake_pypi.fake.data_maintenance import problems
from tests.unit.index.older_databases import in_version_1

RESULTS = Path(__file__).with_name("killing.json")
ROOT = Path(__file__).parents[2]
FILE_EVENTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.move"})
"""The audit events that are checkpoints, where they are about something in the data folder or the backup."""
LARGE = 3 << 20
"""Bytes of a body that is spooled to a file."""
OPEN: list[socket.socket] = []
WAIT = 60.0
"""Seconds that a server may take to start, or to receive a part of a body."""


class Checkpoints:
    """Counts the checkpoints of this process while it is armed, and kills it at one of them."""

    def __init__(self, folder: Path, kill_at: int) -> None:
        self._folder = str(folder)
        self._kill_at = kill_at
        self.armed = False
        self.passed = 0
        sys.addaudithook(self._audit)
        self._connect = sqlite3.connect
        sqlite3.connect = self._connected  # type: ignore[assignment]  # the same function with a trace

    def _connected(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*arguments, **options)
        connection.set_trace_callback(self._pass)
        return connection

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        path = arguments[0] if event in FILE_EVENTS else None
        if isinstance(path, str | Path) and str(path).startswith(self._folder):
            self._pass(event)

    def _pass(self, _what: str) -> None:
        if self.armed:
            self.passed += 1
            if self.passed == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def upload(pypi: FakePyPI) -> None:
    """Upload a new release over HTTP."""
    pypi.upload(wheel("hello", "2.0"), token=pypi.tokens.create())


def yank(pypi: FakePyPI) -> None:
    """Yank the release."""
    pypi.yank("hello", "1.0", "broken")


def delete(pypi: FakePyPI) -> None:
    """Delete the release with its file."""
    pypi.delete("hello", "1.0")


def back_up(pypi: FakePyPI) -> None:
    """Copy the index into a new folder."""
    pypi.back_up(backup_of(pypi.instance.folder))


OPERATIONS: dict[str, Callable[[FakePyPI], None]] = {
    "upload": upload,
    "yank": yank,
    "delete": delete,
    "back up": back_up,
}
"""What is done to an open index."""
AT_START = ("start", "migrate")
"""What happens while an index is opened."""
SERVER_STATES = ("receiving a body", "starting", "stopping")
"""The states in which a server is killed from outside."""


def backup_of(data: Path) -> Path:
    """Return the folder of the backup."""
    return data.with_name(f"{data.name}-backup")


def prepare(data: Path, operation: str) -> None:
    """Make the folder that the operation begins with."""
    if operation == "migrate":
        data.mkdir(mode=0o700)
        in_version_1(data / "index.sqlite3")
        return
    with FakePyPI(data=data) as pypi:
        pypi.upload(wheel("hello", "1.0"))
    if operation == "start":  # it has something to put in order
        (data / "files" / "unknown.whl").write_bytes(b"unknown")
        (data / "spool" / "upload-left").write_bytes(b"left")


def carry_out(data: Path, operation: str, kill_at: int) -> int:
    """Carry out an operation, and return its number of checkpoints; the process is killed at that number, if any."""
    checkpoints = Checkpoints(data, kill_at)
    checkpoints.armed = operation in AT_START
    pypi = FakePyPI(data=data)
    if operation in OPERATIONS:
        pypi.users.default  # noqa: B018 - made at the first use
        checkpoints.armed = True
        OPERATIONS[operation](pypi)
    checkpoints.armed = False
    pypi.close()
    return checkpoints.passed


def in_child(data: Path, operation: str, kill_at: int) -> subprocess.CompletedProcess[str]:
    """Carry out an operation in a process of its own."""
    command = [sys.executable, "-m", "tests.integration.killing", "child", str(data), operation, str(kill_at)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=10 * WAIT)


def checkpoints_of(operation: str, folder: Path) -> int:
    """Return how many checkpoints an operation has."""
    data = folder / "counted"
    prepare(data, operation)
    done = in_child(data, operation, 0)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def kill_at(operation: str, checkpoint: int, *, folder: Path) -> list[str]:
    """Kill a process at a checkpoint of an operation, and return what is wrong afterwards."""
    data = folder / f"killed-{operation.replace(' ', '-')}-{checkpoint}"
    prepare(data, operation)
    killed = in_child(data, operation, checkpoint)
    if killed.returncode != -signal.SIGKILL:
        return [f"the process was not killed: {killed.returncode} {killed.stderr}"]
    return wrong_after(data, operation)


def kill_server(state: str, number: int, *, folder: Path) -> list[str]:
    """Kill `serve` in a state, at a moment that depends on `number`, and return what is wrong afterwards."""
    data = folder / f"{state.replace(' ', '-')}-{number}"
    prepare(data / "pypi", "upload")
    env = {**os.environ, "TMPDIR": str(folder), "FAKE_PYPI_TOKEN": "any text will do"}
    command = [sys.executable, "-m", "fake_pypi", "serve", "--quiet", "--data", str(data)]
    wrong = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as server:
        assert server.stdout is not None
        if state == "starting":
            with suppress(subprocess.TimeoutExpired):
                server.wait(0.1 + 0.02 * (number % 40))
        else:
            port = int(server.stdout.readline().rpartition(":")[2])
            while server.stdout.readline() != "ready\n":
                pass
            if state == "stopping":
                server.terminate()
                time.sleep(0.002 * (number % 20))  # the moment is what is tested
            elif not _send_part_of_a_body(port, data / "pypi" / "spool", LARGE + 1000 * number):
                wrong.append("no body was spooled")
        server.kill()
    while OPEN:
        OPEN.pop().close()
    return [*wrong, *wrong_after(data / "pypi", "upload")]


def _send_part_of_a_body(port: int, spool: Path, size: int) -> bool:
    """Send that many bytes of a longer upload, and return whether the server has spooled some of them."""
    head = (
        "POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {2 * size}\r\n\r\n--b\r\n"
        'Content-Disposition: form-data; name="content"; filename="hello-2.0.tar.gz"\r\n\r\n'
    )
    client = socket.create_connection(("127.0.0.1", port))
    OPEN.append(client)  # the server is killed before its client is gone
    client.sendall(head.encode() + bytes(size))
    deadline = time.monotonic() + WAIT
    while not (is_spooled := any(spool.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.005)
    return is_spooled


def wrong_after(data: Path, operation: str) -> list[str]:
    """Start again on a folder whose process was killed, and return what is wrong, a line for each thing."""
    wrong: list[str] = []
    if operation == "back up":
        wrong += _wrong_backup(backup_of(data))
    with FakePyPI(data=data) as pypi:
        project = pypi.project("hello")
        releases = {} if project is None else project.releases
        if operation == "migrate":
            wrong += [] if pypi.index.accounts.all() else ["the accounts are gone"]
        elif operation == "delete":
            wrong += [] if set(releases) <= {"1.0"} else [f"releases after {operation}: {list(releases)}"]
        elif "1.0" not in releases or not set(releases) <= {"1.0", "2.0"}:
            wrong.append(f"releases after {operation}: {list(releases)}")
        if any((data / "spool").iterdir()):
            wrong.append("the spool is not empty")
        if operation != "migrate":  # that database has limits of its own
            pypi.upload(wheel("hello", "2.0"))  # again, or for the first time
        pypi.add(wheel("newcomer", "1.0"))
        pypi.back_up(data.with_name(f"{data.name}-copy"))
    for folder in (data, data.with_name(f"{data.name}-copy")):
        wrong += [line for line in problems(folder) if not _is_expected(line, operation)]
    return wrong


def _is_expected(line: str, operation: str) -> bool:
    """Return whether a problem is no consequence of the kill: files set aside, and those that version 1 has not."""
    return line.startswith("unknown-files") or (operation == "migrate" and "there is no such file" in line)


def _wrong_backup(target: Path) -> list[str]:
    """Return what is wrong with a backup that was interrupted: it is complete, or cannot be taken for that."""
    if not (target / "index.sqlite3").exists():
        with suppress(UsageError):
            FakePyPI(data=target).close()
            return [] if not any((target / "files").rglob("*.whl")) else ["a backup without its database was used"]
        return []
    return problems(target)


def measure(kills: int) -> dict[str, Any]:
    """Kill that many processes, at each checkpoint and then servers, and return the results by state."""
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="killing-") as temporary:
        folder = Path(temporary)
        for operation in (*OPERATIONS, *AT_START):
            (folder / operation).mkdir()
            chosen = range(1, checkpoints_of(operation, folder / operation) + 1)
            results[operation] = _results(operation, chosen, partial(kill_at, operation, folder=folder / operation))
        left = max(kills - sum(result["kills"] for result in results.values()), len(SERVER_STATES))
        for place, state in enumerate(SERVER_STATES):
            numbers = range(place, left, len(SERVER_STATES))
            results[state] = _results(state, numbers, partial(kill_server, state, folder=folder))
    return results


def _results(state: str, numbers: Iterable[int], kill: Callable[[int], list[str]]) -> dict[str, Any]:
    wrong = {number: lines for number in numbers if (lines := kill(number))}
    sys.stdout.write(f"{state}: {len(list(numbers))} kills, wrong: {wrong or 'nothing'}\n")
    sys.stdout.flush()
    return {"kills": len(list(numbers)), "wrong": wrong}


def main() -> int:
    """Carry out one operation as a child, or kill processes and write the results; return 1 if anything is wrong."""
    if sys.argv[1:2] == ["child"]:
        data, operation, checkpoint = sys.argv[2:]
        sys.stdout.write(f"{carry_out(Path(data), operation, int(checkpoint))}\n")
        return 0
    parser = argparse.ArgumentParser(description="Kill a process in every state in which it changes a data folder.")
    parser.add_argument("--kills", type=int, default=200)
    results = measure(parser.parse_args().kills)
    day = datetime.now(timezone.utc).date().isoformat()
    total = sum(result["kills"] for result in results.values())
    RESULTS.write_text(json.dumps({"date": day, "kills": total, "states": results}, indent=2) + "\n", encoding="utf-8")
    return int(any(result["wrong"] for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
