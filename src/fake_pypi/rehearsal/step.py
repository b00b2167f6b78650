"""A step of a rehearsal, and one run of it: its commands, its time limit, its result and its lines for the summary."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from fake_pypi.clients.interruption import CommandInterrupted, Interruption
from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.failure import StepFailed

if TYPE_CHECKING:
    from fake_pypi.rehearsal.command_log import CommandRecord
    from fake_pypi.rehearsal.resources import Resources

P = ParamSpec("P")
T = TypeVar("T")

Outcome = Literal["passed", "failed", "not run"]


@dataclass(frozen=True)
class Step:
    """A step of a rehearsal.

    `needs` is the name of the step that has to pass first. With `beside_need` the step may start together with that
    one, as soon as the need of that one has passed; if that one fails, the result is discarded. `after` are names of
    steps that have to end first if they run too, whatever their result is. `environments` are the names of the virtual
    environments that the step uses: the step `build` starts to create them. `publishes`: it runs the publisher.
    """

    name: str
    action: Callable[[StepRun], None]
    needs: str | None = None
    beside_need: bool = False
    after: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    publishes: bool = False


class StepRun:
    """One run of a step in a rehearsal, in a thread of its own.

    `outcome` is "passed", "failed" with the `failure`, or "not run" (a step that it needs has not passed); None
    before the end. `seconds` is how long it took. The action adds lines for the summary to `chosen`, `published`,
    `rejected`, `warnings` and `not_checked`.
    """

    def __init__(self, step: Step, resources: Resources) -> None:
        self.step = step
        self.resources = resources
        self.chosen: list[str] = []
        self.published: list[str] = []
        self.rejected: list[str] = []
        self.warnings: list[str] = []
        self.not_checked: list[str] = []
        self.outcome: Outcome | None = None
        self.failure: StepFailed | None = None
        self.seconds = 0.0
        self._error: BaseException | None = None
        self._deadline: float | None = None
        self._interruption = Interruption()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._lets_others_start = threading.Event()

    def execute(self) -> None:
        """Run the action and set the result; an unexpected error is kept for `raise_failure`."""
        name, limit = self.step.name, self.resources.settings.timeout
        started = time.monotonic()
        self._deadline = started + limit if limit else None
        failure: StepFailed | None = None
        unexpected: BaseException | None = None
        try:
            self.step.action(self)
        except StepFailed as error:
            error.step, failure = name, error
        except CommandTimedOut as error:
            failure = _timed_out(name, error, limit)
        except CommandInterrupted:
            failure = StepFailed("interrupted", step=name)  # `interrupt` or `discard` has set the result before
        except BaseException as error:  # noqa: BLE001 - the thread that waits for the result raises it
            unexpected, failure = error, StepFailed(f"interrupted by {_first_line(error)}", step=name)
        self.seconds = time.monotonic() - started
        self._end("failed" if failure else "passed", failure, unexpected)

    def interrupt(self, reason: BaseException | str) -> None:
        """End the run as failed unless it has ended, and kill its commands."""
        text = reason if isinstance(reason, str) else _first_line(reason)
        self._end("failed", StepFailed(f"interrupted by {text}", step=self.step.name))
        self._interruption.set()

    def discard(self) -> None:
        """End the run as not run, whatever its result is, and kill its commands."""
        with self._lock:
            self.outcome, self.failure, self._error = "not run", None, None
        self._ended.set()
        self._lets_others_start.set()
        self._interruption.set()

    def let_others_start(self) -> None:
        """Let the steps start that come after this one, although it has not ended."""
        self._lets_others_start.set()

    def wait(self) -> None:
        """Wait until the run has ended."""
        _wait_for(self._ended)

    def wait_to_come_after(self) -> None:
        """Wait until a step may start that comes after this one."""
        _wait_for(self._lets_others_start)

    def raise_failure(self) -> None:
        """Raise the failure of a run that has ended, if it has one; an error of another kind only the first time."""
        error, self._error = self._error, None
        if error is not None:
            raise error
        if self.failure is not None:
            raise self.failure

    @property
    def has_ended(self) -> bool:
        """Whether the run has a result."""
        return self._ended.is_set()

    @property
    def permits_dependents(self) -> bool:
        """Whether the steps that need this one may run: it has passed, or failed without an effect on them."""
        return self.outcome == "passed" or (self.failure is not None and self.failure.later_steps_run)

    @property
    def commands(self) -> list[CommandRecord]:
        """The commands that have ended, in the order in which they were started; none if the step was not run."""
        return [] if self.outcome == "not run" else self.resources.commands.of_step(self.step.name)

    def run(
        self,
        command: str | Sequence[str],
        *,
        cwd: Path,
        within: str | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
        program: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run one command and return the result whatever the exit code is.

        It runs in the shell or, with `within`, in the activated virtual environment of this name, into which pip then
        installs. Raises `CommandTimedOut` after `timeout` seconds, by default at the time limit of the step.
        `program` is what is started for the command if it is not the command itself.
        """
        resources = self.resources
        venv = resources.environments[within] if within is not None else None
        waiting = time.monotonic()
        with resources.command_slots, self._interruption.applied():
            if self._deadline is not None:  # waiting for the commands of other steps is not its own time
                self._deadline += time.monotonic() - waiting
            return resources.commands.run(
                command,
                step=self.step.name,
                shell=resources.shell,
                within=venv,
                cwd=cwd,
                env=env,
                timeout=self._time_left() if timeout is None else timeout,
                program=program,
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

    def _end(
        self, outcome: Outcome, failure: StepFailed | None = None, unexpected: BaseException | None = None
    ) -> None:
        """Set the result, unless `interrupt` or `discard` has set one."""
        with self._lock:
            if self.outcome is None:
                self.outcome, self.failure, self._error = outcome, failure, unexpected
        self._lets_others_start.set()
        self._ended.set()


def _wait_for(event: threading.Event) -> None:
    while not event.wait(1.0):  # on Windows, Ctrl-C does not end a wait without a limit
        pass


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _timed_out(step: str, error: CommandTimedOut, limit: float) -> StepFailed:
    return StepFailed(
        f"not finished within {limit:g} seconds",
        step=step,
        command=str(error.cmd),
        output="\n".join(str(output) for output in (error.stdout, error.stderr) if output),
        advice=["to allow more time: `fake-pypi rehearse --timeout SECONDS`, or the setting fake_pypi_timeout"],
    )
