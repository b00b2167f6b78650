"""What was asked for on the command line and in the project's configuration, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from fake_pypi.errors import UsageError

Build = Literal["sdist", "wheel", "both"]


@dataclass(frozen=True)
class Settings:
    """How the fakes and the rehearsal behave.

    `projects` are the folders to rehearse, `dist` a folder of files that are built already, `build` what to build,
    `wheelhouse` folders and `upstream` an index to take other people's distributions from, `without` ids of rules
    to leave out, `wire` whether subprocesses of the whole session meet the fakes, `scripts` whether console
    scripts are run, `strict` whether commands in shells run in a network that holds nothing but the fakes, `pass_env`
    names and patterns of variables that come into shells besides those that always do, `timeout` the seconds that
    each step of a rehearsal may take (0: any time), `extras` what is installed with the release, `skipped_modules`
    patterns of modules that are not imported.

    >>> Settings(build="sdist").checked().build
    'sdist'
    """

    projects: tuple[Path, ...] = ()
    dist: Path | None = None
    build: Build = "both"
    wheelhouse: tuple[Path, ...] = ()
    upstream: str | None = None
    without: tuple[str, ...] = ()
    wire: bool = False
    scripts: bool = True
    strict: bool = False
    pass_env: tuple[str, ...] = ()
    timeout: float = 1800.0
    extras: tuple[str, ...] = ()
    skipped_modules: tuple[str, ...] = ()

    def checked(self) -> Settings:
        """Return the settings themselves, or raise a `UsageError` that names the first one that cannot work."""
        if self.build not in get_args(Build):
            raise UsageError(f"there is nothing to build called {self.build!r}", "one of sdist, wheel, both")
        if not 0 <= self.timeout < float("inf"):
            raise UsageError(f"{self.timeout:g} is no time limit", "a number of seconds, or 0 for no limit")
        for folder in self.wheelhouse:
            if not folder.is_dir():
                raise UsageError(f"the wheelhouse {str(folder)!r} is no directory", "name a folder of wheels")
        if self.dist is not None and not _distributions(self.dist):
            raise UsageError(
                f"there is no wheel and no sdist in {str(self.dist)!r}",
                "build first, or leave --fake-pypi-dist out",
            )
        return self


def _distributions(folder: Path) -> list[Path]:
    return [*folder.glob("*.whl"), *folder.glob("*.tar.gz"), *folder.glob("*.zip")] if folder.is_dir() else []
