"""A git clone of the real server, read without changing it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fake_pypi.errors import UsageError


class GitClone:
    """The files of some commits in a clone. Raises `UsageError` for a folder that is no clone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[tuple[str, str], str | None] = {}
        if not folder.is_dir() or self._run("rev-parse", "--git-dir").returncode:
            remedy = "clone it first: `git clone --filter=blob:none https://github.com/pypi/warehouse FOLDER`"
            raise UsageError(f"{folder} is not a git clone", remedy)

    def commit(self, revision: str) -> str:
        """Return the full id of a commit. Raises `UsageError` that says how to fetch it."""
        completed = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if completed.returncode == 0:
            return completed.stdout.strip()
        shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == "true"
        reason = ", which is shallow" if shallow else ""
        fetch = "fetch --unshallow" if shallow else "fetch origin"
        raise UsageError(
            f"the clone {self.folder}{reason} has no commit {revision}", f"run `git -C {self.folder} {fetch}` first"
        )

    def date(self, commit: str) -> str:
        """Return the day of a commit, as "2026-08-21"."""
        return self._run("show", "--no-patch", "--format=%cs", commit).stdout.strip()

    def text(self, commit: str, path: str) -> str | None:
        """Return the content of a file; None if the commit does not have it."""
        if (commit, path) not in self._texts:
            completed = self._run("show", f"{commit}:{path}")
            self._texts[commit, path] = completed.stdout if completed.returncode == 0 else None
        return self._texts[commit, path]

    def files(self, commit: str, folder: str) -> list[str]:
        """Return the files below a folder."""
        return self._run("ls-tree", "-r", "--name-only", commit, "--", f"{folder}/").stdout.splitlines()

    def files_with(self, commit: str, words: str, folder: str) -> list[str]:
        """Return the files below a folder that contain a text."""
        lines = self._run("grep", "--files-with-matches", "--fixed-strings", words, commit, "--", folder).stdout
        return [line.partition(":")[2] for line in lines.splitlines()]

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
