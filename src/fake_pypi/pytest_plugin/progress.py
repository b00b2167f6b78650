"""The command that a long step is running now, behind the step's name, as long as it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from _pytest.terminal import TerminalReporter

REMEMBER, BACK_AND_CLEAR = "\x1b7", "\x1b8\x1b[K"


class Progress:
    """Shows one command after another on a terminal; writes nothing where the output is captured.

    The cursor goes back after each command, so pytest's own line continues as if nothing had been there.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")

    def show(self, command: str) -> None:
        """Show a command that runs now."""
        reporter = self._reporter
        if reporter is None or not reporter.isatty or os.environ.get("TERM") == "dumb":
            return
        terminal = reporter._tw  # noqa: SLF001 - pytest has no other way to the terminal itself
        room = terminal.fullwidth - terminal.width_of_current_line - len(" $ ") - 1
        if room > 10:
            terminal._file.write(f"{REMEMBER} $ {command[:room]}{BACK_AND_CLEAR}")  # noqa: SLF001
            terminal.flush()
