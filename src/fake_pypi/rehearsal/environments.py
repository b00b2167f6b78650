"""Fresh virtual environments, created in the background, and the variables of commands that run in them.

They have no pip of their own: PIP_PYTHON makes the user's pip install into them. Unpacking and compiling a pip in each
would take longer than most installations.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.clients.venv import VirtualEnvironment


class Environments:
    """Virtual environments by name: `prepare` starts to create one, `[name]` waits for it.

    They are created one after another, because virtualenv shares its state within a process.
    """

    def __init__(self, folder: Path, shell: Shell) -> None:
        self._folder = folder
        self._shell = shell
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

        return VirtualEnvironment(self._folder / name, self._shell, pip=not _has_pip())

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


def pip_variables(environment: VirtualEnvironment) -> dict[str, str]:
    """Return the variables that make a pip outside of an environment install into it."""
    return {"PIP_PYTHON": str(environment.python)}


def _has_pip() -> bool:
    # PathFinder, because finders that setuptools installs unload distutils and warn when they look for pip.
    return PathFinder.find_spec("pip") is not None
