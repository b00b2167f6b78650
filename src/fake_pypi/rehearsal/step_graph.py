"""Run the steps of a rehearsal in threads, each as soon as what it needs has passed."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from fake_pypi.rehearsal.step import StepRun


class StepGraph:
    """The runs of all steps, by name, and the order in which they may start.

    A step starts when the step that it needs has passed and the steps that it comes after have ended. Each runs at
    most once. When a step fails, those that need it are not run, and those that were started beside it are discarded.
    """

    def __init__(self, runs: Iterable[StepRun]) -> None:
        self.runs = {run.step.name: run for run in runs}
        self._threads: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

    def chain(self, name: str) -> list[StepRun]:
        """Return the runs that a step needs, the first one first, and its own at the end."""
        run = self.runs[name]
        return [*(self.chain(run.step.needs) if run.step.needs is not None else ()), run]

    def start(self, *names: str) -> None:
        """Start these steps and those that they need, in the background, unless they were started before."""
        chosen = {run.step.name for name in names for run in self.chain(name)}
        with self._lock:
            new = {
                name: threading.Thread(target=self._run, args=(run,), name=f"rehearsal: {name}", daemon=True)
                for name, run in self.runs.items()
                if name in chosen and name not in self._threads
            }
            self._threads.update(new)
        for thread in new.values():
            thread.start()

    def wait(self, name: str) -> None:
        """Wait for a step that was started; raise the failure of the first step that failed among those it needs.

        An exception that ends the waiting (Ctrl-C, a time-out of pytest) interrupts these steps.
        """
        chain = self.chain(name)
        for run in chain:
            try:
                run.wait()
            except BaseException as interruption:
                for interrupted in chain:
                    interrupted.interrupt(interruption)
                raise
            if run is chain[-1] or not run.permits_dependents:
                run.raise_failure()

    def counts(self, run: StepRun) -> bool:
        """Return whether a run has a result that counts: it has ended, and the steps that it needs have passed."""
        return run.has_ended and all(needed.permits_dependents for needed in self.chain(run.step.name)[:-1])

    def interrupt(self) -> None:
        """Interrupt the steps that have not ended."""
        for name in self._threads:
            self.runs[name].interrupt("the end of the rehearsal")

    def close(self) -> None:
        """Interrupt the steps that have not ended, and wait for their threads."""
        self.interrupt()
        for thread in self._threads.values():
            thread.join()

    def _run(self, run: StepRun) -> None:
        """Wait until a step may start, and run it; called in its thread."""
        if not self._may_start(run):
            run.discard()
            return
        if not run.has_ended:
            run.execute()
        if not run.permits_dependents:
            for dependent in self.runs.values():
                if run in self.chain(dependent.step.name)[:-1]:
                    dependent.discard()

    def _may_start(self, run: StepRun) -> bool:
        """Wait until a step may start; return False if a step that it needs did not pass."""
        needed = self.chain(run.step.name)[:-1]
        for other in needed[:-1] if run.step.beside_need else needed:
            other.wait()
            if not other.permits_dependents:
                return False
        for name in run.step.after:
            if name in self._threads:
                self.runs[name].wait_to_come_after()
        return all(other.outcome is None or other.permits_dependents for other in needed)
