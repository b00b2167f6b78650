"""Show the command that a step is running, and for how long, behind the name of the step."""

from __future__ import annotations

import os
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from _pytest.capture import CaptureManager
    from _pytest.terminal import TerminalReporter

SAVE_CURSOR, RESTORE_AND_CLEAR = "\x1b7", "\x1b8\x1b[K"
"""Terminal sequences: save the position of the cursor; return to it and clear the rest of the line."""
TICK_SECONDS = 1.0
"""The time after which the seconds of the running command are shown anew."""


class Progress:
    """Shows the running command of one step, and its seconds; writes nothing if the output is not a terminal.

    `select` names the step, `clear` restores the position of the cursor, so that pytest continues its own line.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
        self._capture: CaptureManager | None = config.pluginmanager.get_plugin("capturemanager")
        self._lock = threading.Lock()
        self._is_shown = False
        self._step: str | None = None
        self._last_commands: dict[str, str] = {}
        self._ended: threading.Event | None = None

    def select(self, step: str) -> None:
        """Show the commands of this step; first the one that it started last."""
        with self._lock:
            self._step = step
            command = self._last_commands.get(step)
            if command is not None:
                self._begin(command)

    def show(self, step: str, command: str) -> None:
        """Show a command instead of the previous one, until `clear`, if it is of the selected step."""
        with self._lock:
            self._last_commands[step] = command
            if step == self._step:
                self._begin(command)

    def clear(self) -> None:
        """Remove the command."""
        with self._lock:
            self._step = None
            if self._ended is not None:
                self._ended.set()
                self._ended = None
            if self._is_shown:
                self._write(RESTORE_AND_CLEAR)
                self._is_shown = False

    def _begin(self, command: str) -> None:
        reporter = self._reporter
        if reporter is None or not reporter.isatty or os.environ.get("TERM") == "dumb":
            return
        if self._ended is not None:
            self._ended.set()
        self._ended = ended = threading.Event()
        self._write_command(command, "")
        threading.Thread(target=self._tick, args=(command, ended), daemon=True).start()

    def _tick(self, command: str, ended: threading.Event) -> None:
        """Show the seconds of a command until it is replaced or cleared."""
        started = time.monotonic()
        while not ended.wait(TICK_SECONDS):
            with self._lock:
                if not ended.is_set():
                    self._write_command(command, f" ({time.monotonic() - started:.0f} s)")

    def _write_command(self, command: str, seconds: str) -> None:
        if self._reporter is None:
            return
        terminal = self._reporter._tw  # noqa: SLF001 - pytest has no public name for the terminal
        width = terminal.fullwidth - terminal.width_of_current_line - len(f" $ {seconds}") - 1
        if width > 10:
            line = " ".join(command.split())[:width]
            self._write(f"{RESTORE_AND_CLEAR if self._is_shown else ''}{SAVE_CURSOR} $ {line}{seconds}")
            self._is_shown = True

    def _write(self, text: str) -> None:
        """Write to the terminal itself; while a test runs, pytest captures all other output."""
        if self._reporter is None:
            return
        uncaptured = self._capture.global_and_fixture_disabled() if self._capture else nullcontext()
        with uncaptured:
            file = self._reporter._tw._file  # noqa: SLF001 - without changing pytest's count of columns
            file.write(text)
            file.flush()
