"""A new virtual environment whose pip and uv use only the fake indexes."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from fake_pypi.clients.shell import Command, Shell
from fake_pypi.temporary import new_folder

_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


class VirtualEnvironment:
    """A virtual environment at `path`, made by virtualenv from the wheels that it contains, without network.

    >>> venv = VirtualEnvironment(tmp_path / "venv", shell)
    >>> venv.install("hello==1.0")
    >>> venv.run("hello --version").stdout.strip()
    'hello 1.0'

    With `pip=False` it contains no pip: with PIP_PYTHON, a pip outside can install into it. `python` is the interpreter
    that it is made for, by default the running one.
    """

    def __init__(self, path: Path, shell: Shell, *, pip: bool = True, python: str = sys.executable) -> None:
        self.path = Path(path).absolute()
        self.shell = shell
        _create(self.path, pip=pip, python=python)

    @property
    def scripts(self) -> Path:
        """The folder of its commands."""
        return self.path / _SCRIPTS

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    def install(
        self, *requirements: str, check: bool = True, timeout: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `pip install` with these requirements. Raises `CommandFailed` with pip's output."""
        return self.run(["python", "-m", "pip", "install", *requirements], check=check, timeout=timeout)

    def run(
        self,
        command: Command,
        *,
        cwd: str | Path | None = None,
        check: bool = True,
        env: Mapping[str, str | None] | None = None,
        input: str | None = None,
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as `Shell.run` does, with this environment activated."""
        return self.shell.run(
            command,
            cwd=cwd,
            check=check,
            env={**self._activated(), **(env or {})},
            input=input,
            timeout=timeout,
        )

    def _activated(self) -> dict[str, str | None]:
        path = os.pathsep.join([str(self.scripts), self.shell.env["PATH"]])
        return {"PATH": path, "VIRTUAL_ENV": str(self.path), "PYTHONHOME": None}


def _create(path: Path, *, pip: bool, python: str) -> None:
    had_plat = "PLAT" in os.environ
    from virtualenv import cli_run

    seeds = [] if pip else ["--no-seed"]
    arguments = [*seeds, "--quiet", "--no-download", "--no-periodic-update", "--python", python]
    # The user's virtualenv.ini and VIRTUALENV_* stay outside, so environments are the same everywhere.
    settings = {
        "VIRTUALENV_CONFIG_FILE": str(_app_data() / "virtualenv.ini"),
        "PATH": os.environ.get("PATH", ""),
    }
    cli_run([*arguments, "--app-data", str(_app_data()), str(path)], setup_logging=False, env=settings)
    if not had_plat:  # the import asks distutils where there is one, and that leaves its platform behind
        os.environ.pop("PLAT", None)


@functools.cache
def _app_data() -> Path:
    """Return the cache of virtualenv in this process, which contains its own wheels, but no files of a fake index."""
    folder = new_folder("virtualenv")
    (folder / "virtualenv.ini").touch()
    return folder
