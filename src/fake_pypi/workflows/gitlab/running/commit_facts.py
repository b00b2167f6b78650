"""What git knows about the commit of a pipeline, and about the project on GitLab."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.workflows.gitlab.rule_matching import RepositoryFiles
from fake_pypi.workflows.running.origin_repository import OriginRepository


def gitlab_project(root: Path) -> str | None:
    """Return the path of the project, as "group/demo", from the remote `origin` on GitLab; None without one."""
    return project_in_url(_git(["config", "--get", "remote.origin.url"], root).strip())


def project_in_url(url: str) -> str | None:
    """Return the project in the address of a remote on gitlab.com.

    >>> project_in_url("git@gitlab.com:group/sub/demo.git")
    'group/sub/demo'
    """
    match = re.fullmatch(r"(?:https://(?:[^@/]+@)?|ssh://git@|git@)gitlab\.com(?::\d+/|[/:])(.+?/.+?)(?:\.git)?/?", url)
    return match[1] if match else None


def root_of_pipeline(file: Path) -> Path:
    """Return the top folder of the repository that a pipeline file belongs to; its own folder without git."""
    folders = file.absolute().parents
    return next((folder for folder in folders if (folder / ".git").exists()), folders[0])


def commit_variables(origin: OriginRepository) -> dict[str, str]:
    """Return the predefined variables about the commit."""
    output = _git(["log", "-1", "--format=%cI%n%an <%ae>%n%B", origin.sha], origin.folder)
    timestamp, _, rest = output.partition("\n")
    author, _, message = rest.partition("\n")
    message = message.strip()
    return {
        "CI_COMMIT_SHA": origin.sha,
        "CI_COMMIT_SHORT_SHA": origin.sha[:8],
        "CI_COMMIT_TIMESTAMP": timestamp,
        "CI_COMMIT_AUTHOR": author,
        "CI_COMMIT_MESSAGE": message,
        "CI_COMMIT_TITLE": message.partition("\n")[0],
        "CI_COMMIT_DESCRIPTION": message.partition("\n")[2].strip(),
    }


def files_of(origin: OriginRepository, *, target_branch: str = "") -> RepositoryFiles:
    """Return the files of the commit, and how to compare them; `target_branch` is that of a merge request."""

    def changed(ref: str) -> list[str] | None:
        bases = [ref, f"refs/heads/{ref}", f"refs/tags/{ref}"] if ref else [f"{origin.sha}~1"]
        if not ref and target_branch:
            bases = [f"refs/heads/{target_branch}"]
        for base in bases:
            dots = ".." if not ref and not target_branch else "..."
            listed = _git(["diff", "--name-only", "-z", f"{base}{dots}{origin.sha}"], origin.folder, missing="\0")
            if listed != "\0":
                return [name for name in listed.split("\0") if name]
        return None

    return RepositoryFiles(origin.files, changed)


def _git(arguments: list[str], folder: Path, *, missing: str = "") -> str:
    """Return the output of git in a repository, and `missing` where it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    try:
        result = subprocess.run(
            command,
            env={**clean, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError:
        raise UsageError("git is not installed, without which no pipeline can be rehearsed", "install git") from None
    return result.stdout if result.returncode == 0 else missing
