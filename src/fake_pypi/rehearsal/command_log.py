"""Run the commands of a rehearsal, all in one place, and record each with its output, exit code and time."""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import CommandTimedOut

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.clients.venv import VirtualEnvironment


@dataclass(frozen=True)
class CommandRecord:
    """A command of a rehearsal that has ended; secrets are redacted.

    `step` is the name of its step, `environment` that of the virtual environment in which it ran (None: the running
    one), `returncode` its exit code (None: it was killed at a time limit), `started` a time in UTC, `seconds` how long
    it ran.
    """

    step: str
    command: str
    environment: str | None
    cwd: Path
    started: datetime
    seconds: float
    returncode: int | None
    stdout: str
    stderr: str


class CommandLog:
    """Runs commands and records them; several threads may use it.

    `on_command` is called with the name of the step and the command before it runs.
    """

    def __init__(self, on_command: Callable[[str, str], None] | None = None) -> None:
        self._on_command = on_command
        self._records: list[CommandRecord] = []
        self._lock = threading.Lock()

    def of_step(self, step: str) -> list[CommandRecord]:
        """Return the commands of a step that have ended, in the order in which they were started."""
        with self._lock:
            records = [record for record in self._records if record.step == step]
        return sorted(records, key=lambda record: record.started)

    def run(
        self,
        command: str | Sequence[str],
        *,
        step: str,
        shell: Shell,
        within: VirtualEnvironment | None = None,
        cwd: Path,
        env: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
        program: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in the shell or in a virtual environment; return the result whatever the exit code is.

        `timeout` is in seconds, `program` what is started for the command if it is not the command itself. Raises
        `CommandTimedOut`.
        """
        line = command if isinstance(command, str) else shlex.join(command)
        if self._on_command is not None:
            self._on_command(step, line)
        runner = shell if within is None else within
        started, clock = datetime.now(timezone.utc), time.monotonic()
        result: tuple[int | None, str, str] = (None, "", "")
        try:
            completed = runner.run(program or command, cwd=cwd, check=False, env=env, timeout=timeout)
            result = (completed.returncode, completed.stdout, completed.stderr)
            return completed
        except CommandTimedOut as error:
            error.cmd = shell.redact(line)
            result = (None, str(error.stdout or ""), str(error.stderr or ""))
            raise
        finally:
            environment = within.path.name if within is not None else None
            seconds, output = time.monotonic() - clock, [shell.redact(text) for text in result[1:]]
            record = CommandRecord(step, shell.redact(line), environment, cwd, started, seconds, result[0], *output)
            with self._lock:
                self._records.append(record)
