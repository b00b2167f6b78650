"""A rehearsal: the steps of a project's release, and their results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.command_log import CommandLog
from fake_pypi.rehearsal.release_group import ReleaseGroup
from fake_pypi.rehearsal.resources import Resources
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.rehearsal.step import Step, StepRun
from fake_pypi.rehearsal.step_graph import StepGraph
from fake_pypi.rehearsal.tool_commands import Tools
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.rules.rule_set import RuleSet

SECTIONS = ("chosen", "published", "rejected", "warnings", "not_checked")
"""Attributes of a run with lines for the summary."""


class Rehearsal:
    """The rehearsal of a project's release: runs each step at most once and records the results.

    >>> with Rehearsal(SourceProject.at("examples/hatchling"), Settings(), STEPS) as rehearsal:     # doctest: +SKIP
    ...     rehearsal.run_step("yank")

    `selected` names the steps that will run (default: all), `tools` are the commands that build and upload (default:
    those of the project), `group` are the projects that are released to the same indexes (None: this one alone),
    `change_rules` may replace the rule set, `on_command` is called with the name of the step and each command before it
    runs. `resources` is what the steps share.
    """

    def __init__(
        self,
        project: SourceProject,
        settings: Settings,
        steps: Sequence[Step],
        *,
        selected: Collection[str] = (),
        tools: Tools | None = None,
        group: ReleaseGroup | None = None,
        change_rules: Callable[[RuleSet], RuleSet] | None = None,
        on_command: Callable[[str, str], None] | None = None,
    ) -> None:
        self.selected = [step for step in steps if not selected or step.name in selected]
        self.resources = Resources(
            project,
            settings,
            tools or Tools.of_project(project.root, project.table, settings),
            CommandLog(on_command),
            preload_publisher=sum(step.publishes for step in self.selected) > 1,
            environment_names=[name for step in self.selected for name in step.environments],
            group=group,
            change_rules=change_rules,
        )
        self._graph = StepGraph(StepRun(step, self.resources) for step in steps)

    @property
    def runs(self) -> dict[str, StepRun]:
        """The runs of all steps, by name."""
        return self._graph.runs

    def start(self) -> None:
        """Start the selected steps and those that they need, in the background."""
        self._graph.start(*(step.name for step in self.selected))

    def run_step(self, name: str) -> None:
        """Run a step and the steps that it needs, or wait for them; raise the `StepFailed` of the first one that fails.

        Each step runs once; its failure is raised again on later calls. Any other exception (an internal error, a
        timeout of pytest, Ctrl-C) is raised unchanged, and on later calls as a `StepFailed` that names it.
        """
        self._graph.start(name)
        self._graph.wait(name)

    @property
    def chosen(self) -> list[str]:
        """Lines for the summary: the tools and the version with which the release was rehearsed, and why."""
        return self._lines("chosen")

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
        """Return the lines of all steps with a result, in the order of the steps, each once."""
        runs = [run for run in self.runs.values() if self._graph.counts(run)]
        return list(dict.fromkeys(line for run in runs for line in getattr(run, section)))

    def lines_of(self, name: str) -> list[tuple[str, str]]:
        """Return the section and the text of each line of a step and of those that it needs; blocked requests too."""
        runs = [run for run in self._graph.chain(name) if self._graph.counts(run)]
        lines = [(section, line) for section in SECTIONS for run in runs for line in getattr(run, section)]
        return [*lines, *(("blocked_requests", line) for line in self.blocked_requests)]

    @property
    def blocked_requests(self) -> list[str]:
        """The requests to other hosts that were blocked."""
        return self.resources.blocked_requests

    def raise_errors(self) -> None:
        """Raise the first exception that an index raised since the last call, if there was one."""
        self.resources.raise_errors()

    def interrupt(self) -> None:
        """End the steps that have not ended, and kill their commands."""
        self._graph.interrupt()

    def close(self) -> None:
        """End all processes, close all sockets and remove all files of the rehearsal."""
        try:
            self._graph.close()
        finally:
            self.resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
