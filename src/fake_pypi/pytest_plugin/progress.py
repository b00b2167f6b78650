"""The command that a long step is running now, behind the step's name, as long as it runs."""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from _pytest.capture import CaptureManager
    from _pytest.terminal import TerminalReporter

REMEMBER, BACK_AND_CLEAR = "\x1b7", "\x1b8\x1b[K"
"""What terminals understand as: remember where the cursor is; put it back there and forget what follows."""


class Progress:
    """Shows one command after another on a terminal; writes nothing where the output goes elsewhere.

    `clear` puts the cursor back, so pytest's own line continues as if nothing had been there.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
        self._capture: CaptureManager | None = config.pluginmanager.get_plugin("capturemanager")
        self._lock = threading.Lock()
        self._shown = False

    def show(self, command: str) -> None:
        """Show a command that runs now, instead of the one before."""
        reporter = self._reporter
        if reporter is None or not reporter.isatty or os.environ.get("TERM") == "dumb":
            return
        terminal = reporter._tw  # noqa: SLF001 - pytest has no other way to the terminal itself
        room = terminal.fullwidth - terminal.width_of_current_line - len(" $ ") - 1
        if room > 10:
            with self._lock:
                self._write(f"{BACK_AND_CLEAR if self._shown else ''}{REMEMBER} $ {command[:room]}")
                self._shown = True

    def clear(self) -> None:
        """Take the last command away."""
        with self._lock:
            if self._shown:
                self._write(BACK_AND_CLEAR)
                self._shown = False

    def _write(self, text: str) -> None:
        """Write to the terminal itself: while a test runs, its place is taken by what captures output."""
        if self._reporter is None:
            return
        uncaptured = self._capture.global_and_fixture_disabled() if self._capture else nullcontext()
        with uncaptured:
            file = self._reporter._tw._file  # noqa: SLF001 - past pytest's count of the columns
            file.write(text)
            file.flush()
