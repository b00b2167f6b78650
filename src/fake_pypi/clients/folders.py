"""The folders of a shell, all below one directory: a home, caches, settings of clients."""

from __future__ import annotations

import py_compile
import shutil
from pathlib import Path


class Folders:
    """The folders in which the commands of a shell write. The owner of `directory` removes it as a whole.

    >>> Folders(Path("shell")).home.name
    'home'
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = directory / "home"
        self.caches = directory / "caches"
        self.temporary = directory / "tmp"
        self.nothing = directory / "nothing"
        self.lookups = directory / "lookups"
        self.programs = directory / "bin"
        self.blocked_lookups = directory / "blocked_lookups"

    def make(self) -> None:
        """Make the folders, and write the `sitecustomize` that Python children import first."""
        for folder in (
            self.home,
            self.caches,
            self.temporary,
            self.nothing,
            self.lookups,
            self.programs,
            *self.windows_home().values(),
        ):
            folder.mkdir(parents=True, exist_ok=True)
        module = shutil.copyfile(Path(__file__).with_name("sitecustomize.py"), self.lookups / "sitecustomize.py")
        # Under PYTHONDONTWRITEBYTECODE every child would compile it again, in 1.5 ms.
        py_compile.compile(str(module), doraise=True)

    def write_program(self, name: str, script: str) -> None:
        """Write a program that commands find on PATH before the machine's own of that name."""
        program = self.programs / name
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)

    def windows_home(self) -> dict[str, Path]:
        """Return the variables that name the home on Windows. They are set on every system."""
        return {
            "USERPROFILE": self.home,
            "APPDATA": self.home / "AppData" / "Roaming",
            "LOCALAPPDATA": self.home / "AppData" / "Local",
        }
