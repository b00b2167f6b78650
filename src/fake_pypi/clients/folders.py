"""The folders of one shell, all below one directory: a home, caches, the files that tools are pointed at."""

from __future__ import annotations

import py_compile
import shutil
from pathlib import Path


class Folders:
    """Where a shell keeps what its commands leave behind; thrown away as a whole by whoever made `directory`.

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
        """Make the folders, and put the answers to name lookups where Python children find them first."""
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
        answers = shutil.copyfile(Path(__file__).with_name("sitecustomize.py"), self.lookups / "sitecustomize.py")
        # Under PYTHONDONTWRITEBYTECODE every child would compile it again: 1.5 ms each time.
        py_compile.compile(str(answers), doraise=True)

    def put_program(self, name: str, script: str) -> None:
        """Write a program that commands find before the machine's own of that name."""
        program = self.programs / name
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)

    def windows_home(self) -> dict[str, Path]:
        """The variables that mean the home on Windows. They are set everywhere and harm nobody elsewhere."""
        return {
            "USERPROFILE": self.home,
            "APPDATA": self.home / "AppData" / "Roaming",
            "LOCALAPPDATA": self.home / "AppData" / "Local",
        }
