"""Run a command with all processes that it starts, and return its output."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fake_pypi.clients.interruption import current_interruption
from fake_pypi.clients.preloaded import ForkedProcess, PreloadedProgram
from fake_pypi.clients.watchdog import WATCHDOG

_IS_WINDOWS = os.name == "nt"


@dataclass(frozen=True)
class CommandResult:
    """The result of a command. `returncode` is negative for a signal; `timed_out`: it was killed after the timeout."""

    returncode: int
    stdout: str
    stderr: str
    timed_out: bool = False


def run_to_end(
    command: list[str] | str,
    *,
    cwd: Path | None,
    env: Mapping[str, str],
    input: str | None = None,
    timeout: float | None = None,
    preloaded: PreloadedProgram | None = None,
) -> CommandResult:
    """Run `command` in a session of its own, so that it cannot prompt on the user's terminal, and wait for it.

    A string is run by the shell of Windows. Output goes to files, not pipes, so that a child in the background cannot
    delay the end of the command; it is killed with the command. After `timeout` seconds, or when this process is
    killed, the whole group is killed. Raises `CommandInterrupted` if the `Interruption` of this thread is set.

    With `preloaded` the command has the arguments of that program, and raises `ServerEnded` if it cannot run it.
    """
    interruption = current_interruption()
    interruption.check()
    WATCHDOG.start()
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr, _stdin(input) as stdin:
        process: subprocess.Popen[bytes] | ForkedProcess
        if preloaded is not None:
            process = preloaded.start(command, cwd=cwd, env=env, streams=(stdin, stdout, stderr))
        else:
            process = subprocess.Popen(
                command,
                shell=isinstance(command, str),
                cwd=cwd,
                env=dict(env),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=not _IS_WINDOWS,
            )
        with WATCHDOG.watching(process.pid, group=True), interruption.killing(lambda: _kill_group(process)):
            timed_out, returncode = _wait(process, timeout)
        return CommandResult(returncode, _text(stdout), _text(stderr), timed_out)


def _wait(process: subprocess.Popen[bytes] | ForkedProcess, timeout: float | None) -> tuple[bool, int]:
    """Return whether time ran out, and the exit code; without polling, which would add up to 50 ms to a command."""
    expired = threading.Event()

    def on_timeout() -> None:
        expired.set()
        _kill_group(process)

    alarm = threading.Timer(timeout, on_timeout) if timeout is not None else None
    try:
        if alarm:
            alarm.daemon = True
            alarm.start()
        returncode = process.wait()
    except BaseException:
        _kill_group(process)
        process.wait()
        raise
    finally:
        if alarm:
            alarm.cancel()
    if not _IS_WINDOWS:
        _kill_group(process)
    return expired.is_set(), returncode


def _kill_group(process: subprocess.Popen[bytes] | ForkedProcess) -> None:
    if _IS_WINDOWS:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
        return
    # macOS raises PermissionError for a group whose last members are already ending.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


@contextmanager
def _stdin(text: str | None) -> Iterator[IO[bytes]]:
    if text is None:
        with Path(os.devnull).open("rb") as empty:
            yield empty
        return
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        yield file


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    text = file.read().decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
