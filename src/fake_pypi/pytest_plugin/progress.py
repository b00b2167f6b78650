"""Show the command that a step is running behind the name of the step."""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from _pytest.capture import CaptureManager
    from _pytest.terminal import TerminalReporter

SAVE_CURSOR, RESTORE_AND_CLEAR = "\x1b7", "\x1b8\x1b[K"
"""Terminal sequences: save the position of the cursor; return to it and clear the rest of the line."""


class Progress:
    """Shows the running command of one step on a terminal; writes nothing if the output is not a terminal.

    `select` names the step, `clear` restores the position of the cursor, so that pytest continues its own line.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
        self._capture: CaptureManager | None = config.pluginmanager.get_plugin("capturemanager")
        self._lock = threading.Lock()
        self._is_shown = False
        self._step: str | None = None
        self._last_commands: dict[str, str] = {}

    def select(self, step: str) -> None:
        """Show the commands of this step; first the one that it started last."""
        with self._lock:
            self._step = step
            command = self._last_commands.get(step)
        if command is not None:
            self.show(step, command)

    def show(self, step: str, command: str) -> None:
        """Show a command instead of the previous one if it is of the selected step."""
        reporter = self._reporter
        with self._lock:
            self._last_commands[step] = command
            if step != self._step:
                return
        if reporter is None or not reporter.isatty or os.environ.get("TERM") == "dumb":
            return
        terminal = reporter._tw  # noqa: SLF001 - pytest has no public name for the terminal
        width = terminal.fullwidth - terminal.width_of_current_line - len(" $ ") - 1
        if width > 10:
            with self._lock:
                if step != self._step:
                    return
                self._write(f"{RESTORE_AND_CLEAR if self._is_shown else ''}{SAVE_CURSOR} $ {command[:width]}")
                self._is_shown = True

    def clear(self) -> None:
        """Remove the command."""
        with self._lock:
            self._step = None
            if self._is_shown:
                self._write(RESTORE_AND_CLEAR)
                self._is_shown = False

    def _write(self, text: str) -> None:
        """Write to the terminal itself; while a test runs, pytest captures all other output."""
        if self._reporter is None:
            return
        uncaptured = self._capture.global_and_fixture_disabled() if self._capture else nullcontext()
        with uncaptured:
            file = self._reporter._tw._file  # noqa: SLF001 - without changing pytest's count of columns
            file.write(text)
            file.flush()
