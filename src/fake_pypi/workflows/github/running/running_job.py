"""A job while it runs: its machine (folders, shell, interpreter), its variables, and the commands that it runs."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.output import ESCAPES, PROGRESS_BAR
from fake_pypi.workflows.github.running.machine_programs import write_machine_programs

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.workflows.github.running.run_session import RunSession
    from fake_pypi.workflows.running.run_report import JobReport

RUNNER_OS = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}
RUNNER_ARCH = {"x86_64": "X64", "AMD64": "X64", "aarch64": "ARM64", "arm64": "ARM64", "i686": "X86"}
GITHUB_VARIABLES = {
    "actor",
    "actor_id",
    "triggering_actor",
    "api_url",
    "graphql_url",
    "server_url",
    "base_ref",
    "head_ref",
    "event_name",
    "ref",
    "ref_name",
    "ref_type",
    "ref_protected",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "retention_days",
    "run_id",
    "run_number",
    "run_attempt",
    "sha",
    "workflow",
    "workflow_ref",
    "workflow_sha",
}
"""The values of the context `github` that are variables of every step too."""
_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


class ActionFailed(Exception):
    """A step ends with this message, as an action or the runner reports it."""


@dataclass(frozen=True)
class CommandOutcome:
    """The exit code of a command, and its standard output and error in the order in which they were written."""

    exit_code: int
    output: str


@dataclass
class RunningJob:
    """One job, or one entry of its matrix.

    `claims` are those of its identity token, None without the permission `id-token: write`. `variables` are those that
    steps wrote to $GITHUB_ENV, `path` the folders that steps added to PATH, the first one first.
    """

    session: RunSession
    id: str
    report: JobReport
    folder: Path
    environment: str = ""
    claims: dict[str, Any] | None = None
    variables: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    skipped_actions: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    has_left_out_wheels: bool = False
    python: str = sys.executable
    _has_python: bool = False

    @cached_property
    def workspace(self) -> Path:
        """The folder in which steps run (GITHUB_WORKSPACE); empty until a checkout."""
        name = self.session.repository.partition("/")[2]
        return _made(self.folder / "work" / name / name)

    @cached_property
    def temporary(self) -> Path:
        """The folder RUNNER_TEMP."""
        return _made(self.folder / "temp")

    @cached_property
    def tools(self) -> Path:
        """A folder on PATH with the programs that actions set up, and with those of GitHub's machines."""
        folder = _made(self.folder / "tools")
        if os.name != "nt":
            write_machine_programs(folder, self.folder / "not-run.log", self.folder / "pipx")
        return folder

    def take_calls_not_run(self) -> list[str]:
        """Return the commands since the last call that are not run in a rehearsal, such as `gh`."""
        log = self.folder / "not-run.log"
        if not log.exists():
            return []
        calls = log.read_text(encoding="utf-8").splitlines()
        log.unlink()
        return calls

    @cached_property
    def shell(self) -> Shell:
        """The shell of this machine."""
        return self.session.new_shell()

    @cached_property
    def identity_variables(self) -> dict[str, str]:
        """The variables with which a job requests identity tokens; none without the permission."""
        if self.claims is None:
            return {}
        from fake_pypi.index.publishers import GITHUB

        provider = self.session.indexes.pypi.identity_provider(GITHUB)
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{provider.url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": provider.add_job(self.claims),
        }

    def use_python(self, python: str) -> Path:
        """Put a new virtual environment of an interpreter first on PATH, and return its folder."""
        from fake_pypi.clients.venv import VirtualEnvironment

        number = len(list(self.folder.glob("python-*")))
        environment = VirtualEnvironment(self.folder / f"python-{number}", self.shell, python=python)
        self.python = str(environment.python)
        self.path.insert(0, str(environment.scripts))
        self._has_python = True
        return environment.path

    @cached_property
    def _machine_python(self) -> str:
        """The folder of the interpreter that the machine has without setup-python."""
        from fake_pypi.clients.venv import VirtualEnvironment

        environment = VirtualEnvironment(self.folder / "machine-python", self.shell)
        self.python = str(environment.python)
        return str(environment.scripts)

    @property
    def _machine_path(self) -> str:
        """PATH without the running environment, whose tools a machine of GitHub does not have."""
        inherited = self.shell.env["PATH"].split(os.pathsep)
        is_virtual = sys.prefix != sys.base_prefix
        running = {str(Path(sys.executable).parent), str(Path(sys.prefix) / _SCRIPTS)} if is_virtual else set()
        excluded = {*running, str(self.shell.folders.programs)}
        return os.pathsep.join(folder for folder in inherited if folder not in excluded)

    def find_program(self, name: str) -> str | None:
        """Return a program that is installed where the rehearsal runs; actions such as setup-uv use it."""
        return which(name, path=self.shell.env["PATH"])

    def environment_of(
        self, step: Mapping[str, str], files: Mapping[str, str] | None = None, *, needs_python: bool = True
    ) -> dict[str, str]:
        """Return all variables of a command: `step` are those of the keys `env`, `files` the command files.

        With `needs_python` the machine gets an interpreter of its own, unless a step has set up one.
        """
        root = self.workspace
        values = self.session.github.items()
        github = {f"GITHUB_{name.upper()}": _text(value) for name, value in values if name in GITHUB_VARIABLES}
        machine = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_JOB": self.id,
            "GITHUB_WORKSPACE": str(root),
            "GITHUB_EVENT_PATH": str(self.session.event_file),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_TOOL_CACHE": str(_made(self.folder / "tool-cache")),
            "RUNNER_WORKSPACE": str(root.parent),
            **{f"RUNNER_{name.upper()}": value for name, value in runner_context().items()},
            **github,
        }
        if self.claims is not None:
            for variable, claim in (("REPOSITORY_ID", "repository_id"), ("REPOSITORY_OWNER_ID", "repository_owner_id")):
                machine[f"GITHUB_{variable}"] = str(self.claims[claim])
        variables = {**self.shell.env, **self.variables, **step, **machine, **self.identity_variables, **(files or {})}
        base = variables["PATH"] if variables["PATH"] != self.shell.env["PATH"] else self._machine_path
        python = [self._machine_python] if needs_python and not self._has_python else []
        variables["PATH"] = os.pathsep.join([*self.path, str(self.tools), *python, base])
        return variables

    def run(
        self,
        arguments: Sequence[str],
        *,
        variables: Mapping[str, str],
        cwd: Path | None = None,
        timeout: float | None = None,
    ) -> CommandOutcome:
        """Run a command on this machine. Raises `ActionFailed` where it takes longer than `timeout` seconds."""
        removed: dict[str, str | None] = {name: None for name in self.shell.env if name not in variables}
        limit = min(filter(None, (timeout, self.session.timeout or None)), default=None)
        try:
            result = self.shell.run(
                _merged(arguments),
                cwd=cwd or self.workspace,
                check=False,
                env={**removed, **variables},
                timeout=limit,
            )
        except CommandTimedOut as error:
            output = "\n".join(str(text) for text in (error.stdout, error.stderr) if text)
            raise ActionFailed(f"{output}\nended after {error.timeout:g} seconds".strip()) from None
        output = ESCAPES.sub("", f"{result.stdout}{result.stderr}")
        return CommandOutcome(result.returncode, PROGRESS_BAR.sub("", output))


def runner_context() -> dict[str, str]:
    """Return the operating system and the architecture of this machine as a runner names them."""
    return {
        "os": RUNNER_OS.get(sys.platform, "Linux"),
        "arch": RUNNER_ARCH.get(platform.machine(), "X64"),
        "environment": "github-hosted",
        "name": "fake-pypi",
        "debug": "",
    }


def _merged(arguments: Sequence[str]) -> list[str]:
    """Return a command whose standard error goes where its output goes, so that lines keep their order."""
    if os.name == "nt":
        return list(arguments)
    return ["/bin/sh", "-c", f"exec {shlex.join(arguments)} 2>&1"]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
