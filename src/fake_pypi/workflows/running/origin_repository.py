"""The repository on GitHub as a rehearsal has it: a copy in a temporary folder, from which jobs check out.

The user's checkout is only read. Where it does not have the tag of the run, the copy gets a commit with the files as
they are, and the tag on that commit.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.source_copy import TOOL_FOLDERS

EXCLUDED = (*sorted(TOOL_FOLDERS), ".venv", "venv", "*.egg-info", "/dist", "/build", "/wheelhouse", "fake-pypi-*")
"""What is not committed where there is no git repository that ignores it."""
_NOBODY = {"NAME": "fake-pypi", "EMAIL": "fake-pypi@localhost"}


@dataclass(frozen=True)
class OriginRepository:
    """The copy: a bare repository at `folder`, with the commit `sha` of the run at `ref`.

    `notes` say what differs from the user's repository.
    """

    folder: Path
    ref: str
    sha: str
    default_branch: str
    notes: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address from which git clones it."""
        return self.folder.as_uri()

    @property
    def ref_name(self) -> str:
        """The name of the tag or branch."""
        return self.ref.removeprefix("refs/tags/").removeprefix("refs/heads/")

    def read(self, path: str) -> str | None:
        """Return the text of a file at the commit of the run; None if it does not exist."""
        result = _git(["show", f"{self.sha}:{path}"], {"GIT_DIR": str(self.folder)}, check=False)
        return result if result is not None else None

    def files(self) -> list[str]:
        """Return the paths of all files at the commit of the run."""
        listed = _git(["ls-tree", "-r", "--name-only", "-z", self.sha], {"GIT_DIR": str(self.folder)})
        return [name for name in (listed or "").split("\0") if name]


def repository_root(file: Path) -> Path:
    """Return the top folder of the repository that a workflow file belongs to."""
    file = file.absolute()
    for folder in file.parents:
        if (folder / ".git").exists():
            return folder
    if file.parent.name == "workflows" and file.parent.parent.name == ".github":
        return file.parents[2]
    return Path.cwd()


def prepare_origin(root: Path, folder: Path, *, tag: str | None, branch: str | None = None) -> OriginRepository:
    """Copy the repository at `root` into `folder`, with the tag or the branch that the run is about.

    Without a tag the run is about `branch`, or about the current branch with its uncommitted changes. Raises
    `UsageError` where git is missing or fails.
    """
    notes = []
    inside = {"GIT_DIR": str(folder)}
    is_repository = (root / ".git").exists()
    if is_repository:
        _git(["clone", "--quiet", "--mirror", "--shared", str(root), str(folder)], {})
    else:
        _git(["init", "--quiet", "--bare", str(folder)], {})
        notes.append(f"{root} is no git repository: its files are rehearsed as one commit")
    _ignore(folder, is_repository=is_repository)
    current = _current_branch(root) if is_repository else "main"
    default = _default_branch(root, inside, current)
    ref = f"refs/tags/{tag}" if tag else f"refs/heads/{branch or current}"
    existing = _git(["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"], inside, check=False)
    if existing and (tag or (branch and branch != current)):
        commit = existing.strip()
        if tag and _has_changes(root, folder, commit):
            notes.append(f"the files of the tag {tag} are rehearsed; your files differ from them")
    else:
        commit, is_new = _commit_of_files(root, folder)
        what = "your files, with the changes that are not committed," if is_new and is_repository else "your files"
        if tag:
            notes.append(f"there is no tag {tag}: {what} are rehearsed, with that tag made in the copy")
        elif is_new and is_repository:
            notes.append("your files are rehearsed, with the changes that are not committed")
        if branch and branch != current and not existing:
            notes.append(f"there is no branch {branch}: your files are rehearsed as that branch")
        _git(["update-ref", ref, commit], inside)
        if not is_repository:
            _git(["update-ref", f"refs/heads/{default}", commit], inside)
    _git(["symbolic-ref", "HEAD", f"refs/heads/{default}"], inside)
    return OriginRepository(folder, ref, commit, default, tuple(notes))


def origin_name(root: Path) -> str | None:
    """Return the repository as "owner/name", from the remote `origin` on GitHub; None without one."""
    if not (root / ".git").exists():
        return None
    url = _git(["config", "--get", "remote.origin.url"], {}, cwd=root, check=False)
    return name_in_url((url or "").strip())


def name_in_url(url: str) -> str | None:
    """Return the repository in the address of a remote on GitHub.

    >>> name_in_url("git@github.com:octo/demo.git")
    'octo/demo'
    """
    match = re.fullmatch(
        r"(?:https://(?:[^@/]+@)?|ssh://git@|git@|git://)github\.com[/:]([^/]+/[^/]+?)(?:\.git)?/?", url
    )
    return match[1] if match else None


def tags_of(root: Path) -> list[str]:
    """Return the tags of the repository at `root`, the newest version first."""
    if not (root / ".git").exists():
        return []
    return (_git(["tag", "--list", "--sort=-version:refname"], {}, cwd=root, check=False) or "").split()


def _current_branch(root: Path) -> str:
    name = _git(["symbolic-ref", "--quiet", "--short", "HEAD"], {}, cwd=root, check=False)
    return (name or "").strip() or "main"


def _default_branch(root: Path, inside: dict[str, str], current: str) -> str:
    remote = _git(["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"], {}, cwd=root, check=False)
    if remote:
        return remote.strip().removeprefix("origin/")
    for name in ("main", "master"):
        if _git(["rev-parse", "--verify", "--quiet", f"refs/heads/{name}"], inside, check=False):
            return name
    return current


def _ignore(folder: Path, *, is_repository: bool) -> None:
    exclude = folder / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    patterns = ("fake-pypi-*",) if is_repository else EXCLUDED
    exclude.write_text("".join(f"{pattern}\n" for pattern in patterns), encoding="utf-8")


def _tree_of_files(root: Path, folder: Path) -> str:
    """Write the files of the folder `root` into the copy, and return the id of their tree."""
    variables = _work_tree(root, folder)
    if _git(["rev-parse", "--verify", "--quiet", "HEAD"], variables, check=False):
        _git(["read-tree", "HEAD"], variables)
    _git(["add", "--all", "."], variables, cwd=root)
    return (_git(["write-tree"], variables) or "").strip()


def _work_tree(root: Path, folder: Path) -> dict[str, str]:
    return {
        "GIT_DIR": str(folder),
        "GIT_WORK_TREE": str(root),
        "GIT_INDEX_FILE": str(folder / "index-of-files"),
        **{f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _NOBODY.items()},
    }


def _commit_of_files(root: Path, folder: Path) -> tuple[str, bool]:
    """Return a commit with the files as they are, and whether it is new: False if the last commit has them."""
    variables = _work_tree(root, folder)
    tree = _tree_of_files(root, folder)
    head = (_git(["rev-parse", "--verify", "--quiet", "HEAD"], variables, check=False) or "").strip()
    if head and (_git(["rev-parse", f"{head}^{{tree}}"], variables) or "").strip() == tree:
        return head, False
    parent = ["-p", head] if head else []
    return (_git(["commit-tree", tree, *parent, "-m", "Files of the rehearsal"], variables) or "").strip(), True


def _has_changes(root: Path, folder: Path, commit: str) -> bool:
    tree = (_git(["rev-parse", f"{commit}^{{tree}}"], {"GIT_DIR": str(folder)}) or "").strip()
    return _tree_of_files(root, folder) != tree


def _git(
    arguments: Sequence[str], variables: dict[str, str], *, cwd: Path | None = None, check: bool = True
) -> str | None:
    # A hook's GIT_DIR would select another repository; without optional locks git does not write the user's index.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        result = subprocess.run(
            ["git", "-c", "safe.directory=*", *arguments],
            cwd=cwd,
            env={**clean, "GIT_OPTIONAL_LOCKS": "0", **variables},
            capture_output=True,
            check=False,
        )
    except OSError:
        raise UsageError("git is not installed, without which no workflow can be rehearsed", "install git") from None
    if result.returncode == 0:
        return os.fsdecode(result.stdout)
    if not check:
        return None
    reason = os.fsdecode(result.stderr).strip().splitlines()[-1:]
    raise UsageError(f"`git {arguments[0]}` failed: {' '.join(reason)}", "check the repository with `git fsck`")
