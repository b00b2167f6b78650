"""What the steps of a rehearsal share: settings, tools, both indexes, a shell, virtual environments, the release."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.command_log import CommandLog
from fake_pypi.rehearsal.environments import Environments
from fake_pypi.rehearsal.installers import INSTALLERS, Installer
from fake_pypi.rehearsal.preloading import preload_twine
from fake_pypi.rehearsal.release_group import ReleaseGroup
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.rehearsal.tool_commands import Tools
from fake_pypi.settings import Settings
from fake_pypi.temporary import new_folder

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.rehearsal.built_release import BuiltRelease
    from fake_pypi.rules.rule_set import RuleSet

BACKGROUND_THREADS = 16
"""Most functions and commands that all steps together run in the background."""


class Resources:
    """What the steps of a rehearsal share; what costs something is created on first use.

    `tools` are the commands that build and upload, `commands` is the record of all commands, `environment_names` are
    the virtual environments that will be used, `background` are the threads for what a step starts in the background,
    `command_slots` allows as many commands at a time as there are processors.
    `preload_publisher`: the publisher will be run several times. `group` are the projects that are released to the same
    indexes; without it, the project has indexes of its own, and `change_rules` may replace their rule sets.
    """

    def __init__(
        self,
        project: SourceProject,
        settings: Settings,
        tools: Tools,
        commands: CommandLog,
        *,
        environment_names: Sequence[str] = (),
        preload_publisher: bool = False,
        group: ReleaseGroup | None = None,
        change_rules: Callable[[RuleSet], RuleSet] | None = None,
    ) -> None:
        self.project = project
        self.settings = settings
        self.tools = tools
        self.commands = commands
        self.environment_names = tuple(environment_names)
        self._preload_publisher = preload_publisher
        self._owns_group = group is None
        self.group = group or ReleaseGroup(settings, folder_name=project.root.name, change_rules=change_rules)
        self._release: BuiltRelease | None = None
        self.background = ThreadPoolExecutor(BACKGROUND_THREADS)
        self.command_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))

    @property
    def release(self) -> BuiltRelease:
        """The release; available after the step `build`."""
        if self._release is None:
            raise LookupError("there is no release before the step `build`")
        return self._release

    @release.setter
    def release(self, release: BuiltRelease) -> None:
        self._release = release
        self.group.exclude(release.normalized)
        self.group.releases[release.normalized] = release

    def check_siblings(self) -> None:
        """Raise a `StepFailed` if the release requires what other projects of the repository do not provide."""
        release = self.release
        self.group.check_siblings(
            release.requires(self.settings.extras), subject=str(release), pyproject=self.project.file.name
        )

    def upload_siblings(self, index: str) -> None:
        """Upload the other projects of the repository that the release requires, unless they are on that index."""
        release = self.release
        self.group.upload_siblings(release.requires(self.settings.extras), of=release.normalized, index=index)
        self.check_siblings()

    @property
    def installer(self) -> Installer:
        """The commands that install the release."""
        return INSTALLERS[self.settings.installer]

    @property
    def has_release(self) -> bool:
        """Whether the release was built."""
        return self._release is not None

    @property
    def has_indexes(self) -> bool:
        """Whether the indexes were used."""
        return self.group.is_open

    @cached_property
    def workspace(self) -> Path:
        """A temporary folder; removed at the end of the rehearsal."""
        return new_folder("rehearsal")

    @property
    def indexes(self) -> FakeIndexes:
        """The PyPI and the TestPyPI of this rehearsal."""
        return self.group.indexes

    @cached_property
    def shell(self) -> Shell:
        """The shell in which pypi.org and test.pypi.org are the indexes of this rehearsal."""
        if self.project.name is not None:
            self.group.exclude(self.project.name)
        shell = self.indexes.shell(strict=self.settings.strict, pass_env=self.settings.pass_env)
        # The output is decoded as UTF-8, whatever the user's locale is.
        shell.env["PYTHONIOENCODING"] = "utf-8"
        # Modules that are imported once or never are not compiled when they are installed.
        shell.env["PIP_COMPILE"] = "0"
        if self._preload_publisher:
            preload_twine(shell)
        return shell

    @cached_property
    def environments(self) -> Environments:
        """Fresh virtual environments, created in the background."""
        return Environments(self.workspace / "environments", self.shell, preload=self.settings.installer == "pip")

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
        errors = self.indexes.servers.take_errors() if self.group.is_open else []
        if errors:
            raise errors[0]

    def close(self) -> None:
        """End all processes, close all sockets and remove all files."""
        self.background.shutdown(cancel_futures=True)
        if "environments" in self.__dict__:
            self.environments.close()
        if "shell" in self.__dict__:
            for program in self.shell.preloaded.values():
                program.close()
        if self._owns_group:
            self.group.close()
        if "workspace" in self.__dict__:
            shutil.rmtree(self.workspace, ignore_errors=True)
