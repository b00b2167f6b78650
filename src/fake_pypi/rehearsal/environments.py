"""Fresh virtual environments, made in the background while something else runs.

They have no pip of their own: the user's pip installs into them, because PIP_PYTHON says so. To unpack a pip into
each, and to compile it there, would cost more than most installations.
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
    """Virtual environments by name: `prepare` starts making one, `[name]` waits for it.

    They are made one after another, because virtualenv shares its state within a process.
    """

    def __init__(self, folder: Path, shell: Shell) -> None:
        self._folder = folder
        self._shell = shell
        self._maker = ThreadPoolExecutor(1)
        self._made: dict[str, Future[VirtualEnvironment]] = {}

    def prepare(self, *names: str) -> None:
        """Start making these environments."""
        for name in names:
            if name not in self._made:
                self._made[name] = self._maker.submit(self._make, name)

    def __getitem__(self, name: str) -> VirtualEnvironment:
        self.prepare(name)
        return self._made[name].result()

    def _make(self, name: str) -> VirtualEnvironment:
        from fake_pypi.clients.venv import VirtualEnvironment

        return VirtualEnvironment(self._folder / name, self._shell, pip=not _has_pip())

    def close(self) -> None:
        """Wait for what is being made, and make nothing more."""
        self._maker.shutdown(cancel_futures=True)


def into(environment: VirtualEnvironment) -> dict[str, str]:
    """What leads a pip from outside into an environment; the environment's own one is there anyway."""
    return {"PIP_PYTHON": str(environment.python)}


def _has_pip() -> bool:
    # Asked of the path itself: some finders that setuptools installs unload distutils, and warn, when asked for pip.
    return PathFinder.find_spec("pip") is not None
