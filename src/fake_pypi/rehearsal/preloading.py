"""Import the modules of pip and twine while the project is built, once for all their commands."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.clients.preloaded import CAN_FORK, PreloadedProgram

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell

PIP_MODULES = (
    "pip._internal.cli.main",
    "pip._internal.cli.main_parser",
    "pip._internal.commands.install",
    "pip._internal.commands.check",
    "pip._internal.resolution.resolvelib.resolver",
    "pip._internal.operations.install.wheel",
    "pip._internal.operations.check",
    "pip._internal.utils.temp_dir",
    "pip._vendor.rich.logging",
)
TWINE_MODULES = (
    "twine.__main__",
    "twine.commands.check",
    "twine.commands.upload",
    "twine.auth",
    "keyring",
    "readme_renderer.markdown",
    "readme_renderer.rst",
    "readme_renderer.txt",
)


def preload_twine(shell: Shell) -> None:
    """Preload the twine of the running environment; a twine that comes before it on PATH is run as usual."""
    script = Path(sysconfig.get_path("scripts")) / "twine"
    if CAN_FORK and script.is_file():
        shell.preloaded[str(script)] = PreloadedProgram(
            script, Path(sys.executable), TWINE_MODULES, env=shell.env, launcher=shell.launcher
        )


def preload_pip(shell: Shell, python: Path, command: Path, runner: Path) -> None:
    """Preload the pip that the command of a virtual environment runs with its interpreter `python`."""
    if CAN_FORK:
        shell.preloaded[str(command)] = PreloadedProgram(
            runner,
            python,
            PIP_MODULES,
            env=shell.env,
            folder=runner.parent.parent,
            variables={"_PIP_RUNNING_IN_SUBPROCESS": "1"},
            launcher=shell.launcher,
        )
