"""The machine of one job: a shell, an interpreter of its own, and a checkout of the project.

https://docs.gitlab.com/ci/runners/configure_runners/
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import CommandTimedOut, UsageError
from fake_pypi.rehearsal.output import ESCAPES, PROGRESS_BAR
from fake_pypi.workflows.running.runner_python import NoSuchPython, find_python, wanted_minors

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.workflows.running.host_session import HostSession

_SCRIPTS = "Scripts" if os.name == "nt" else "bin"
_PYTHON_IMAGE = re.compile(r"(?:^|/)python:(\d+(?:\.\d+)?)|python(\d+\.\d+)")
_UV_IMAGE = re.compile(r"(?:^|/)uv:|astral-sh/uv|(?:^|/)uv$")
DEFAULT_DEPTH = "20"
"""The value of GIT_DEPTH in new projects."""


class MachineFailure(Exception):
    """A job ends with this message, as the runner reports it."""


@dataclass(frozen=True)
class ScriptOutcome:
    """The exit code of a script and its output, in which both streams are in the order of writing."""

    exit_code: int
    output: str


class JobMachine:
    """The machine of a job in `folder`; a Python `image` selects the interpreter if the session has `any_python`."""

    def __init__(self, session: HostSession[Any], folder: Path, *, project: str, image: str = "") -> None:
        self._session = session
        self._origin = session.origin
        self._folder = folder
        self._project = project
        self._image = image
        self.notes: list[str] = []
        self.directory = folder / "builds" / Path(*project.split("/"))
        self.directory.mkdir(parents=True)

    @cached_property
    def shell(self) -> Shell:
        """The shell, with a home of its own and without tokens."""
        return self._session.new_shell()

    @cached_property
    def _path(self) -> str:
        """PATH with an interpreter of its own, and without the running environment, whose tools an image has not."""
        from fake_pypi.clients.venv import VirtualEnvironment

        environment = VirtualEnvironment(self._folder / "python", self.shell, python=self._interpreter())
        inherited = self.shell.env["PATH"].split(os.pathsep)
        running = {str(Path(sys.executable).parent), str(Path(sys.prefix) / _SCRIPTS)}
        excluded = {*(running if sys.prefix != sys.base_prefix else ()), str(self.shell.folders.programs)}
        tools = [str(self._tools())] if _UV_IMAGE.search(self._image) else []
        kept = [folder for folder in inherited if folder not in excluded]
        return os.pathsep.join([str(environment.scripts), *tools, *kept])

    def _interpreter(self) -> str:
        """Return the interpreter for the image; the running one, with a note, where the image's is of no use.

        Tools that a job installs come from the running environment, and compiled ones fit its version alone, unless
        there are packages from elsewhere.
        """
        match = _PYTHON_IMAGE.search(self._image)
        version = (match[1] or match[2]) if match else ""
        running = f"{sys.version_info[0]}.{sys.version_info[1]}"
        if "." not in version or version == running:
            return sys.executable
        why = "packages come from the running environment (name others with --wheelhouse or --upstream)"
        if self._session.any_python:
            why = "it is not on this machine"
            with contextlib.suppress(NoSuchPython):
                if found := find_python(wanted_minors(version), os.environ):
                    return found[0]
        self.notes.append(f"Python {running} is used instead of {version} (image {self._image}): {why}")
        return sys.executable

    def _tools(self) -> Path:
        folder = self._folder / "tools"
        folder.mkdir(exist_ok=True)
        for name in ("uv", "uvx"):
            program = which(name, path=self.shell.env["PATH"])
            if program is None:
                self.notes.append(f"{name}, which the image {self._image} has, is not on this machine: pip install uv")
            elif os.name == "nt":
                (folder / f"{name}.bat").write_text(f"@{program} %*\n", encoding="utf-8")
            else:
                file = folder / name
                file.write_text(f'#!/bin/sh\nexec {shlex.quote(program)} "$@"\n', encoding="utf-8")
                file.chmod(0o755)
        return folder

    def check_out(self, variables: Mapping[str, str], ref: str) -> None:
        """Fetch the commit of the pipeline as the runner does. Raises `MachineFailure`."""
        if variables.get("GIT_STRATEGY") in {"none", "empty"}:
            return
        depth = variables.get("GIT_DEPTH", DEFAULT_DEPTH)
        public = f"https://gitlab.com/{self._project}.git"
        self._git("-c", "init.defaultBranch=main", "init", "--quiet", ".")
        self._git("config", "remote.origin.url", public)
        # A later `git fetch` or `git push` of the job reaches the copy, never GitLab.
        self._git("config", f"url.{self._origin.url}.insteadOf", public)
        refs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        options = []
        if depth.isdigit() and int(depth):
            options = [f"--depth={depth}"]
            target = ref if ref.startswith("refs/tags/") else ref.replace("refs/heads/", "refs/remotes/origin/")
            refs = [f"+{self._origin.ref}:{target}"]
        self._git("fetch", "--quiet", "--force", *options, "origin", *refs)
        self._git("checkout", "--quiet", "--force", "--detach", self._origin.sha)

    def _git(self, *arguments: str) -> None:
        command = ["git", *arguments]
        result = self.shell.run(command, cwd=self.directory, check=False)
        if result.returncode:
            raise MachineFailure(f"`{shlex.join(command)}` failed: {result.stderr.strip()}")

    def untracked_files(self) -> list[str]:
        """Return the files that git does not track, as `artifacts: untracked` means them."""
        result = self.shell.run(["git", "ls-files", "--others", "-z"], cwd=self.directory, check=False)
        return [name for name in result.stdout.split("\0") if name]

    def run(self, script: str, variables: Mapping[str, str], timeout: float | None) -> ScriptOutcome:
        """Run a script in bash, or in sh where there is no bash. Raises `MachineFailure` after `timeout` seconds."""
        environment = {**self.shell.env, "PATH": self._path, **variables}
        if "PATH" in variables:
            environment["PATH"] = variables["PATH"]
        program = which("bash", path=environment["PATH"]) or which("sh", path=environment["PATH"])
        if program is None:
            raise UsageError("neither bash nor sh is installed on this machine", "install bash")
        number = len(list(self._folder.glob("script-*")))
        file = self._folder / f"script-{number}.sh"
        options = "set -eo pipefail" if Path(program).stem == "bash" else "set -e"
        file.write_text(f"{options}\n{script}\n", encoding="utf-8", newline="\n")
        # Standard error goes where the output goes, so that lines keep their order.
        command = [program, "-c", f"exec {shlex.join([program, file.as_posix()])} 2>&1"]
        try:
            result = self.shell.run(command, cwd=self.directory, check=False, env=dict(environment), timeout=timeout)
        except CommandTimedOut as error:
            output = "\n".join(str(text) for text in (error.stdout, error.stderr) if text)
            raise MachineFailure(f"{output}\nexecution took longer than {error.timeout:g} seconds".strip()) from None
        output = PROGRESS_BAR.sub("", ESCAPES.sub("", f"{result.stdout}{result.stderr}"))
        return ScriptOutcome(result.returncode, output)
