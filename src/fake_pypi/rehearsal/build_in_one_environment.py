"""Run `python -m build` so that sdist and wheel are built in the same isolated environment; runs as a program.

`build` makes an environment for the sdist and the same one again for the wheel. Here the second one is the first one,
in which only those requirements are installed that it does not have. All else is what `python -m build` does.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from build import __main__ as command
from build.env import DefaultIsolatedEnv

if TYPE_CHECKING:
    from typing_extensions import Self


class SharedEnvironment(DefaultIsolatedEnv):
    """The environment of all builds of this process; `closing` removes it at the end."""

    first: SharedEnvironment | None = None
    closing = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if SharedEnvironment.first is None:
            super().__enter__()
            SharedEnvironment.first = self
            self.installed: set[str] = set()
            self.closing.callback(super().__exit__, None, None, None)
        self.__dict__.update(SharedEnvironment.first.__dict__)
        return self

    def __exit__(self, *_: object) -> None:
        """Keep the environment."""

    def install(self, requirements: Collection[str], *arguments: Any, **options: Any) -> None:
        """Install the requirements that were not installed before."""
        missing = set(requirements) - self.installed
        if missing or not self.installed:
            super().install(missing, *arguments, **options)
        self.installed.update(requirements)


if __name__ == "__main__":
    # The name by which `build` finds the class; it is not public.
    command.DefaultIsolatedEnv = SharedEnvironment  # type: ignore[attr-defined]
    with SharedEnvironment.closing:
        command.main(sys.argv[1:], "python -m build")
