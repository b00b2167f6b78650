"""A rehearsal: the resources that its steps share, and the code that runs the steps."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from fake_pypi.errors import CommandTimedOut
from fake_pypi.fake import FakeIndexes
from fake_pypi.rehearsal.environments import Environments, pip_variables
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.settings import Settings
from fake_pypi.temporary import new_folder

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.clients.shell import Shell
    from fake_pypi.clients.venv import VirtualEnvironment
    from fake_pypi.packages.package_source import FallbackFile, PackageSource
    from fake_pypi.rehearsal.built_release import BuiltRelease
    from fake_pypi.rules.rule_set import RuleSet

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A step of a rehearsal.

    `needs` is the name of the step that has to pass first, `environments` are the names of the virtual environments
    that the step uses: the step `build` starts to create them.
    """

    name: str
    action: Callable[[Rehearsal], None]
    needs: str | None = None
    environments: tuple[str, ...] = ()


class Rehearsal:
    """The rehearsal of a project's release: runs each step at most once and records the results.

    >>> with Rehearsal(SourceProject.at("examples/hatchling"), Settings(), STEPS) as rehearsal:     # doctest: +SKIP
    ...     rehearsal.run_step("yank")

    `selected` names the steps that will run (default: all), `change_rules` may replace the rule set, `on_command` is
    called with each command before it runs. Steps add lines for the summary to `published`, `rejected`, `warnings` and
    `not_checked`.
    """

    def __init__(
        self,
        project: SourceProject,
        settings: Settings,
        steps: Sequence[Step],
        *,
        selected: Collection[str] = (),
        change_rules: Callable[[RuleSet], RuleSet] | None = None,
        on_command: Callable[[str], None] | None = None,
    ) -> None:
        self.project = project
        self.settings = settings
        self.steps = {step.name: step for step in steps}
        self.selected = [step for step in steps if not selected or step.name in selected]
        self.published: list[str] = []
        self.rejected: list[str] = []
        self.warnings: list[str] = []
        self.not_checked: list[str] = []
        self._change_rules = change_rules
        self._on_command = on_command
        self._release: BuiltRelease | None = None
        self._failures: dict[str, StepFailed | None] = {}
        self._deadline: float | None = None
        self._excluded: set[str] = set()
        self.scripts: tuple[str, ...] = ()

    def run_step(self, name: str) -> None:
        """Run the steps that a step needs, then the step; raise the `StepFailed` of the first one that fails.

        Each step runs once; its failure is raised again on later calls. Any other exception (an internal error, a
        timeout of pytest, Ctrl-C) is raised unchanged, and on later calls as a `StepFailed` that names it.
        """
        step = self.steps[name]
        if step.needs is not None:
            self.run_step(step.needs)
        if name not in self._failures:
            self._attempt(step)
        failure = self._failures[name]
        if failure is not None:
            raise failure

    def _attempt(self, step: Step) -> None:
        name, limit = step.name, self.settings.timeout
        self._deadline = time.monotonic() + limit if limit else None
        try:
            step.action(self)
        except StepFailed as failure:
            failure.step = name
            self._failures[name] = failure
        except CommandTimedOut as error:
            self._failures[name] = _timed_out(name, error, limit)
        except BaseException as interruption:
            reason = str(interruption) or type(interruption).__name__
            self._failures[name] = StepFailed(f"interrupted by {reason.splitlines()[0]}", step=name)
            raise
        else:
            self._failures[name] = None

    def _time_left(self) -> float | None:
        """Return the remaining seconds of the current step; None if it has no limit."""
        return None if self._deadline is None else max(0.1, self._deadline - time.monotonic())

    @property
    def release(self) -> BuiltRelease:
        """The release; available after the step `build`."""
        if self._release is None:
            raise LookupError("there is no release before the step `build`")
        return self._release

    @release.setter
    def release(self, release: BuiltRelease) -> None:
        self._release = release
        self._exclude(release.normalized)

    @cached_property
    def workspace(self) -> Path:
        """A temporary folder; removed at the end of the rehearsal."""
        return new_folder("rehearsal")

    @cached_property
    def indexes(self) -> FakeIndexes:
        """The PyPI and the TestPyPI of this rehearsal."""
        indexes = FakeIndexes(
            wheelhouse=self.settings.wheelhouse,
            upstream=self.settings.upstream,
            without=self.settings.without,
        )
        for index in indexes.both:
            if self._change_rules is not None:
                index.rules = self._change_rules(index.rules)
        return indexes

    @cached_property
    def shell(self) -> Shell:
        """The shell in which pypi.org and test.pypi.org are the indexes of this rehearsal."""
        if self.project.name is not None:
            self._exclude(self.project.name)
        shell = self.indexes.shell(strict=self.settings.strict, pass_env=self.settings.pass_env)
        # The output is decoded as UTF-8, whatever the user's locale is.
        shell.env["PYTHONIOENCODING"] = "utf-8"
        return shell

    @cached_property
    def environments(self) -> Environments:
        """Fresh virtual environments, created in the background."""
        return Environments(self.workspace / "environments", self.shell)

    def _exclude(self, project: str) -> None:
        """Remove a project from the package sources of PyPI."""
        if project not in self._excluded:
            self._excluded.add(project)
            instance = self.indexes.pypi.instance
            instance.sources = tuple(_SourceWithoutProject(source, project) for source in instance.sources)

    def run(
        self,
        command: str,
        *,
        cwd: Path,
        within: VirtualEnvironment | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in the shell or in a virtual environment; return the result whatever the exit code is.

        Raise `CommandTimedOut` at the time limit of the step.
        """
        self.report_command(command)
        if within is not None:
            variables = {**pip_variables(within), **(env or {})}
            return within.run(command, cwd=cwd, check=False, env=variables, timeout=self._time_left())
        return self.shell.run(command, cwd=cwd, check=False, env=env, timeout=self._time_left())

    def start(
        self,
        command: str,
        *,
        cwd: Path,
        within: VirtualEnvironment | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> Future[subprocess.CompletedProcess[str]]:
        """Start a command in the background; the future has its result."""
        return self.submit(self.run, command, cwd=cwd, within=within, env=env)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call a function in the background; the future has its result."""
        return self._pool.submit(function, *args, **kwargs)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(2, os.cpu_count() or 2))

    def report_command(self, command: str) -> None:
        """Call `on_command` with a command that is about to run."""
        if self._on_command is not None:
            self._on_command(command)

    def empty_folder(self, name: str) -> Path:
        """Create a folder in the workspace and return it."""
        folder = self.workspace / "folders" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def blocked_requests(self) -> list[str]:
        """The requests to other hosts that were blocked."""
        if "shell" not in self.__dict__:
            return []
        return self.indexes.blocked_requests

    def raise_errors(self) -> None:
        """Raise the first exception that an index raised since the last call, if there was one."""
        errors = self.indexes.servers.take_errors() if "indexes" in self.__dict__ else []
        if errors:
            raise errors[0]

    def close(self) -> None:
        """End all processes, close all sockets and remove all files of the rehearsal."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(cancel_futures=True)
        if "environments" in self.__dict__:
            self.environments.close()
        if "indexes" in self.__dict__:
            try:
                self._write_archive()
            finally:
                self.indexes.close()
        if "workspace" in self.__dict__:
            shutil.rmtree(self.workspace, ignore_errors=True)

    def _write_archive(self) -> None:
        """Write the requests of both indexes into the folder for HTTP archives, if there is one."""
        if self.settings.har is not None:
            from fake_pypi.web.recording.http_archive import write_archive

            requests = [request for index in self.indexes.both for request in index.requests]
            write_archive(self.settings.har / f"{self.project.file.parent.name}.har", requests)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _timed_out(step: str, error: CommandTimedOut, limit: float) -> StepFailed:
    return StepFailed(
        f"not finished within {limit:g} seconds",
        step=step,
        command=str(error.cmd),
        output="\n".join(str(output) for output in (error.stdout, error.stderr) if output),
        advice=["to allow more time: `fake-pypi rehearse --timeout SECONDS`, or the setting fake_pypi_timeout"],
    )


@dataclass(frozen=True)
class _SourceWithoutProject:
    """A package source without the project under rehearsal.

    Installed or downloaded files of the project are not those of the rehearsed release.
    """

    source: PackageSource
    project: str

    @property
    def name(self) -> str:
        """The name of the source in reports."""
        return self.source.name

    def files(self, project: str) -> Sequence[FallbackFile]:
        """Return the files of any other project."""
        return () if project == self.project else self.source.files(project)

    def find(self, filename: str) -> FallbackFile | None:
        """Return a file of any other project."""
        file = self.source.find(filename)
        return None if file is None or file.project == self.project else file
