"""The repository in the copy of a project: read its tags, commit and tag there, never in the user's repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

IDENTITY = (
    "-c", "user.name=fake-pypi",
    "-c", "user.email=fake-pypi@localhost",
    "-c", "commit.gpgSign=false",
    "-c", "tag.gpgSign=false",
    "-c", f"core.hooksPath={os.devnull}",
)  # fmt: skip

BUILD_RESULTS = ("*.egg-info/", "/dist/", "/build/")
"""Patterns of what a build makes in the project's folder."""


class GitCopy:
    """The git repository that contains a copied project.

    `is_repository` is False without git, or if the copy is in none.
    """

    def __init__(self, project: Path, top: Path) -> None:
        self._project = project
        self._git = next((folder / ".git" for folder in _folders(project, top) if (folder / ".git").exists()), None)

    @property
    def is_repository(self) -> bool:
        """Whether the copy is in a repository with at least one commit, and git is installed."""
        return self._git is not None and self._run("rev-parse", "--verify", "--quiet", "HEAD") is not None

    @property
    def is_shallow(self) -> bool:
        """Whether the repository is a shallow clone, in which older tags are missing."""
        return self._run("rev-parse", "--is-shallow-repository") == "true"

    @property
    def has_changes(self) -> bool:
        """Whether a tracked file differs from the last commit."""
        return bool(self._run("status", "--porcelain", "--untracked-files=no"))

    @property
    def tags(self) -> list[str]:
        """The tags of the current commit and of its ancestors."""
        return (self._run("tag", "--merged", "HEAD") or "").splitlines()

    @property
    def tags_of_head(self) -> list[str]:
        """The tags of the current commit."""
        return (self._run("tag", "--points-at", "HEAD") or "").splitlines()

    def commit_and_tag(self, tag: str) -> None:
        """Commit the changes of tracked files, if there are some, and tag the commit; only in the copy.

        Raise `subprocess.CalledProcessError` if git fails.
        """
        if self._git is not None and self._git.is_file():
            self._separate(self._git)
        if self.has_changes:
            self._must("commit", "--all", "--no-verify", "--quiet", "--message", f"Release {tag}")
        self._must("tag", "--annotate", "--force", "--message", f"Release {tag}", tag)

    def ignore_untracked(self) -> None:
        """Ignore the files that git does not track, and those that a build makes; only in the copy."""
        if self._git is None or not self._git.is_dir():
            return
        untracked = (self._run("ls-files", "--others", "--exclude-standard", "--full-name", ":/") or "").splitlines()
        exclude = self._git / "info" / "exclude"
        exclude.parent.mkdir(exist_ok=True)
        with exclude.open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in ("", *(f"/{name}" for name in untracked), *BUILD_RESULTS)))

    def _separate(self, git_file: Path) -> None:
        """Replace a `.git` file, which names the repository of the user, by a repository that reads its objects.

        The copy of a worktree or of a submodule has such a file.
        """
        common = Path(self._must("rev-parse", "--path-format=absolute", "--git-common-dir"))
        own = Path(self._must("rev-parse", "--absolute-git-dir"))
        head = self._must("rev-parse", "HEAD")
        refs = self._must("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags", "refs/heads")
        sha256 = self._run("rev-parse", "--show-object-format") == "sha256"
        repository = git_file.with_name(".git-separate")
        for name in ("objects/info", "refs"):
            (repository / name).mkdir(parents=True)
        objects = [common / "objects", *_alternates(common / "objects")]
        alternates = "".join(f"{folder.as_posix()}\n" for folder in objects)
        (repository / "objects" / "info" / "alternates").write_text(alternates, encoding="utf-8")
        (repository / "packed-refs").write_text(f"{refs}\n" if refs else "", encoding="utf-8")
        (repository / "HEAD").write_text(f"{head}\n", encoding="utf-8")
        extension = "\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n" if sha256 else ""
        (repository / "config").write_text(
            f"[core]\n\tbare = false\n{extension or chr(9) + 'repositoryformatversion = 0' + chr(10)}", encoding="utf-8"
        )
        for file in (own / "index", common / "shallow"):
            if file.is_file():
                shutil.copyfile(file, repository / file.name)
        git_file.unlink()
        repository.rename(git_file)

    def _must(self, *arguments: str) -> str:
        completed = self._execute(arguments)
        completed.check_returncode()
        return completed.stdout.strip()

    def _run(self, *arguments: str) -> str | None:
        """Return the output of a git command; None if it fails."""
        try:
            completed = self._execute(arguments)
        except OSError:
            return None
        return None if completed.returncode else completed.stdout.strip()

    def _execute(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment["LC_ALL"] = "C"
        return subprocess.run(
            ["git", *IDENTITY, *arguments],
            cwd=self._project,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )


def _folders(project: Path, top: Path) -> list[Path]:
    """Return the project's folder and its parents, up to `top`."""
    return [folder for folder in (project, *project.parents) if folder.is_relative_to(top)]


def _alternates(objects: Path) -> list[Path]:
    file = objects / "info" / "alternates"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [objects / line for line in lines if line and not line.startswith("#")]
