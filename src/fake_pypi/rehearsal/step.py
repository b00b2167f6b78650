"""A step of a rehearsal, and one run of it: its commands, its time limit, its result and its lines for the summary."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.environments import pip_variables
from fake_pypi.rehearsal.failure import StepFailed

if TYPE_CHECKING:
    from fake_pypi.rehearsal.command_log import CommandRecord
    from fake_pypi.rehearsal.resources import Resources

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A step of a rehearsal.

    `needs` is the name of the step that has to pass first, `environments` are the names of the virtual environments
    that the step uses: the step `build` starts to create them.
    """

    name: str
    action: Callable[[StepRun], None]
    needs: str | None = None
    environments: tuple[str, ...] = ()


class StepRun:
    """One run of a step in a rehearsal.

    `ended` is whether it has a result, `failure` the reason for which it failed (None: it passed, or has not ended),
    `seconds` how long it took. The action adds lines for the summary to `published`, `rejected`, `warnings` and
    `not_checked`.
    """

    def __init__(self, step: Step, resources: Resources) -> None:
        self.step = step
        self.resources = resources
        self.published: list[str] = []
        self.rejected: list[str] = []
        self.warnings: list[str] = []
        self.not_checked: list[str] = []
        self.ended = False
        self.failure: StepFailed | None = None
        self.seconds = 0.0
        self._deadline: float | None = None

    def execute(self) -> None:
        """Run the action and set the result; raise what is no `StepFailed` and no time-out unchanged.

        Such an exception (an internal error, a time-out of pytest, Ctrl-C) is the failure as a `StepFailed` too.
        """
        limit = self.resources.settings.timeout
        started = time.monotonic()
        self._deadline = started + limit if limit else None
        try:
            self.step.action(self)
        except StepFailed as failure:
            failure.step = self.step.name
            self.failure = failure
        except CommandTimedOut as error:
            self.failure = _timed_out(self.step.name, error, limit)
        except BaseException as interruption:
            reason = str(interruption) or type(interruption).__name__
            self.failure = StepFailed(f"interrupted by {reason.splitlines()[0]}", step=self.step.name)
            raise
        finally:
            self.seconds = time.monotonic() - started
            self.ended = True

    @property
    def commands(self) -> list[CommandRecord]:
        """The commands that have ended, in the order in which they were started."""
        return self.resources.commands.of_step(self.step.name)

    def run(
        self,
        command: str | Sequence[str],
        *,
        cwd: Path,
        within: str | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command and return the result whatever the exit code is.

        It runs in the shell or, activated, in the virtual environment with the name `within`, into which pip then
        installs. Raises `CommandTimedOut` after `timeout` seconds, by default at the time limit of the step.
        """
        resources = self.resources
        venv = resources.environments[within] if within is not None else None
        variables = {**(pip_variables(venv) if venv is not None else {}), **(env or {})}
        return resources.commands.run(
            command,
            step=self.step.name,
            shell=resources.shell,
            within=venv,
            cwd=cwd,
            env=variables,
            timeout=self._time_left() if timeout is None else timeout,
        )

    def start(
        self,
        command: str,
        *,
        cwd: Path,
        within: str | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> Future[subprocess.CompletedProcess[str]]:
        """Start a command in the background; the future has its result."""
        return self.submit(self.run, command, cwd=cwd, within=within, env=env)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call a function in the background; the future has its result."""
        return self.resources.background.submit(function, *args, **kwargs)

    def _time_left(self) -> float | None:
        """Return the remaining seconds of the step; None if it has no limit."""
        return None if self._deadline is None else max(0.1, self._deadline - time.monotonic())


def _timed_out(step: str, error: CommandTimedOut, limit: float) -> StepFailed:
    return StepFailed(
        f"not finished within {limit:g} seconds",
        step=step,
        command=str(error.cmd),
        output="\n".join(str(output) for output in (error.stdout, error.stderr) if output),
        advice=["to allow more time: `fake-pypi rehearse --timeout SECONDS`, or the setting fake_pypi_timeout"],
    )
