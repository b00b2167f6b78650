"""A rehearsal: the steps of a project's release, each run at most once, and their results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.command_log import CommandLog
from fake_pypi.rehearsal.resources import Resources
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.rehearsal.step import Step, StepRun
from fake_pypi.rehearsal.tools import Tools
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.rules.rule_set import RuleSet


class Rehearsal:
    """The rehearsal of a project's release: runs each step at most once and records the results.

    >>> with Rehearsal(SourceProject.at("examples/hatchling"), Settings(), STEPS) as rehearsal:     # doctest: +SKIP
    ...     rehearsal.run_step("yank")

    `selected` names the steps that will run (default: all), `tools` are the commands that build and upload,
    `change_rules` may replace the rule set, `on_command` is called with each command before it runs. `runs` are the
    runs of all steps by name, `resources` what they share.
    """

    def __init__(
        self,
        project: SourceProject,
        settings: Settings,
        steps: Sequence[Step],
        *,
        selected: Collection[str] = (),
        tools: Tools | None = None,
        change_rules: Callable[[RuleSet], RuleSet] | None = None,
        on_command: Callable[[str], None] | None = None,
    ) -> None:
        will_run = [step for step in steps if not selected or step.name in selected]
        self.resources = Resources(
            project,
            settings,
            tools or Tools(),
            CommandLog(on_command),
            environment_names=[name for step in will_run for name in step.environments],
            change_rules=change_rules,
        )
        self.runs = {step.name: StepRun(step, self.resources) for step in steps}

    def run_step(self, name: str) -> None:
        """Run the steps that a step needs, then the step; raise the `StepFailed` of the first one that fails.

        Each step runs once; its failure is raised again on later calls. Any other exception (an internal error, a
        timeout of pytest, Ctrl-C) is raised unchanged, and on later calls as a `StepFailed` that names it.
        """
        run = self.runs[name]
        if run.step.needs is not None:
            self.run_step(run.step.needs)
        if not run.ended:
            run.execute()
        if run.failure is not None:
            raise run.failure

    @property
    def published(self) -> list[str]:
        """Lines for the summary: the files that were uploaded."""
        return self._lines("published")

    @property
    def rejected(self) -> list[str]:
        """Lines for the summary: rejections that were intended."""
        return self._lines("rejected")

    @property
    def warnings(self) -> list[str]:
        """Lines for the summary: probable errors that do not fail a step."""
        return self._lines("warnings")

    @property
    def not_checked(self) -> list[str]:
        """Lines for the summary: what cannot be known here."""
        return self._lines("not_checked")

    def _lines(self, section: str) -> list[str]:
        """Return the lines of all steps, in the order of the steps, each once."""
        return list(dict.fromkeys(line for run in self.runs.values() for line in getattr(run, section)))

    @property
    def blocked_requests(self) -> list[str]:
        """The requests to other hosts that were blocked."""
        return self.resources.blocked_requests

    def raise_errors(self) -> None:
        """Raise the first exception that an index raised since the last call, if there was one."""
        self.resources.raise_errors()

    def close(self) -> None:
        """End all processes, close all sockets and remove all files of the rehearsal."""
        self.resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
