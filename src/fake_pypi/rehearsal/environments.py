"""Fresh virtual environments, created in the background, and the variables of commands that run in them.

They have no pip of their own, but a command `pip` that runs the user's pip with their interpreter, as
`pip --python` does. Unpacking and compiling a pip in each would take longer than most installations.
"""

from __future__ import annotations

import os
import shlex
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.preloading import preload_pip

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.clients.venv import VirtualEnvironment


class Environments:
    """Virtual environments by name: `prepare` starts to create one, `[name]` waits for it.

    With `preload`, pip will be run in them. They are created one after another, because virtualenv shares its state
    within a process.
    """

    def __init__(self, folder: Path, shell: Shell, *, preload: bool = True) -> None:
        self._folder = folder
        self._shell = shell
        self._preload = preload
        self._executor = ThreadPoolExecutor(1)
        self._futures: dict[str, Future[VirtualEnvironment]] = {}

    def prepare(self, *names: str) -> None:
        """Start to create these environments."""
        for name in names:
            if name not in self._futures:
                self._futures[name] = self._executor.submit(self._make, name)

    def __getitem__(self, name: str) -> VirtualEnvironment:
        self.prepare(name)
        return self._futures[name].result()

    def _make(self, name: str) -> VirtualEnvironment:
        from fake_pypi.clients.venv import VirtualEnvironment

        runner = _pip_runner()
        environment = VirtualEnvironment(self._folder / name, self._shell, pip=runner is None)
        if runner is not None:
            command = _write_pip(environment, runner)
            if self._preload:
                preload_pip(self._shell, environment.python, command, runner)
        return environment

    def close(self) -> None:
        """Wait for the environment that is being created, and cancel the others."""
        self._executor.shutdown(cancel_futures=True)


def clean_user_variables(home: Path) -> dict[str, str | None]:
    """Return the environment variables of a user with the home folder `home` and without the rehearsal's tokens."""
    folder = str(home)
    return {
        "HOME": folder,
        "USERPROFILE": folder,
        "APPDATA": folder,
        "LOCALAPPDATA": folder,
        "PYPI_API_TOKEN": None,
        "TEST_PYPI_API_TOKEN": None,
        "FAKE_PYPI_CONTROL": None,
        "FAKE_PYPI_CONTROL_SECRET": None,
        "FAKE_PYPI_INDEXES": None,
    }


def _pip_runner() -> Path | None:
    """Return the program with which the installed pip runs itself in another environment (since pip 22.3)."""
    # PathFinder, because finders that setuptools installs unload distutils and warn when they look for pip.
    spec = PathFinder.find_spec("pip")
    runner = Path(spec.origin).with_name("__pip-runner__.py") if spec is not None and spec.origin else None
    return runner if runner is not None and runner.is_file() else None


def _write_pip(environment: VirtualEnvironment, runner: Path) -> Path:
    """Write the command `pip` and return its path; `pip --python` would start two interpreters and import pip twice."""
    if os.name == "nt":
        lines = ["@set _PIP_RUNNING_IN_SUBPROCESS=1", f'@"{environment.python}" "{runner}" %*']
        batch = environment.scripts / "pip.bat"
        batch.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return batch
    script = environment.scripts / "pip"
    command = f"exec {shlex.quote(str(environment.python))} {shlex.quote(str(runner))}"
    script.write_text(f'#!/bin/sh\n_PIP_RUNNING_IN_SUBPROCESS=1 {command} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return script
