"""The copy of a project in which it is built: what plain `python -m build` would see, and nothing of it is yours.

In a git checkout git says what belongs to it; elsewhere everything does but environments, caches and results.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

LEFT_OUT = {
    "__pycache__",
    "node_modules",
    ".tox",
    ".nox",
    ".eggs",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
}
"""Folders that tools make, wherever they are."""
RESULTS = {"dist", "build", "wheelhouse"}
"""Folders of results, if they are at the top and nothing says that they belong to the project."""


def copy_tree(project: Path, into: Path) -> Path:
    """Copy the project (with the checkout it is part of) into a folder, and return its place in the copy.

    Symbolic links stay links. A link that leads out of the tree leads to the same file from the copy.
    """
    checkout = _checkout(project)
    if checkout is None:
        target = into / project.name
        _copy_files(project, _walk(project), target)
        if (project / ".git").exists():
            _copy_git(project / ".git", target / ".git")
        return target
    top, files = checkout
    target = into / top.name
    _copy_files(top, files, target)
    _copy_git(top / ".git", target / ".git")
    return target / project.relative_to(top)


def _checkout(project: Path) -> tuple[Path, list[Path]] | None:
    """The top folder of the git checkout and the files that belong to it; None if git does not know them."""
    top = next((each for each in (project, *project.parents) if (each / ".git").exists()), None)
    if top is None:
        return None
    tracked = _git_files(top, "--cached")
    others = _git_files(top, "--others", "--exclude-standard")
    if tracked is None or others is None:
        return None
    files = [*tracked, *(each for each in others if not _is_left_out(top, each))]
    inside = project.relative_to(top)
    belongs = any((inside / name) in set(files) for name in ("pyproject.toml", "setup.py"))
    return (top, files) if belongs else None


def _git_files(top: Path, *which: str) -> list[Path] | None:
    # A hook's GIT_DIR would make git speak of another repository; without locks the user's index stays as it is.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        listed = subprocess.run(["git", "ls-files", "-z", *which], cwd=top, env=clean, capture_output=True, check=False)
    except OSError:
        return None
    if listed.returncode != 0:
        return None
    return [Path(os.fsdecode(name)) for name in listed.stdout.split(b"\0") if name]


def _is_left_out(top: Path, file: Path) -> bool:
    parents = [parent for parent in file.parents if parent != Path()]
    return (
        bool(LEFT_OUT.intersection(file.parts))
        or file.parts[0] in RESULTS
        or any((top / parent / "pyvenv.cfg").is_file() for parent in parents)
    )


def _walk(top: Path) -> Iterator[Path]:
    """Every file below a folder that is no git checkout, environments, caches and results left out."""
    for folder, names, files in os.walk(top):
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        yield from (here.joinpath(name).relative_to(top) for name in (*files, *links))
        names[:] = [name for name in names if name not in links and not _is_made(here / name, top)]
        if not names and not files and here != top:
            yield here.relative_to(top)


def _is_made(folder: Path, top: Path) -> bool:
    if folder.name == ".git" or folder.name in LEFT_OUT or (folder / "pyvenv.cfg").is_file():
        return True
    return folder.parent == top and folder.name in RESULTS and not (folder / "__init__.py").is_file()


def _copy_files(source: Path, files: Iterable[Path], target: Path) -> None:
    target.mkdir(parents=True)
    made = {target}
    for file in files:
        origin, copy = source / file, target / file
        if copy.parent not in made:
            copy.parent.mkdir(parents=True, exist_ok=True)
            made.add(copy.parent)
        if origin.is_symlink():
            copy.symlink_to(_still_leading_there(origin, source))
        elif origin.is_dir():
            _copy_folder(origin, copy)
        elif origin.is_file():
            shutil.copy2(origin, copy)


def _copy_folder(origin: Path, copy: Path) -> None:
    """A submodule, which git lists as one name, or an empty folder."""
    _copy_files(origin, _walk(origin), copy)
    if (origin / ".git").exists():
        _copy_git(origin / ".git", copy / ".git")


def _still_leading_there(link: Path, top: Path) -> Path:
    """The target of a link, made absolute if the link leads out of the tree."""
    target = link.readlink()
    meant = Path(os.path.normpath(link.parent / target))
    return target if target.is_absolute() or meant.is_relative_to(top) else meant


def _copy_git(git: Path, copy: Path) -> None:
    """Copy a repository without its objects, which never change: git reads them where they are."""
    if git.is_file():  # a worktree or submodule: a file that names the real folder
        pointer = git.read_text(encoding="utf-8").partition(":")[2].strip()
        copy.write_text(f"gitdir: {os.path.normpath(git.parent / pointer)}\n", encoding="utf-8")
        return
    shutil.copytree(git, copy, symlinks=True, ignore=_objects_of(git))
    borrowed = copy / "objects" / "info" / "alternates"
    borrowed.parent.mkdir(parents=True, exist_ok=True)
    places = [git / "objects", *_borrowed_already(git / "objects")]
    borrowed.write_text("".join(f"{place.as_posix()}\n" for place in places), encoding="utf-8")


def _borrowed_already(objects: Path) -> list[Path]:
    alternates = objects / "info" / "alternates"
    if not alternates.is_file():
        return []
    lines = alternates.read_text(encoding="utf-8").splitlines()
    return [objects / line for line in lines if line and not line.startswith("#")]


def _objects_of(git: Path) -> Callable[[str, list[str]], list[str]]:
    def ignore(folder: str, names: list[str]) -> list[str]:
        unneeded = {"objects", "hooks", "lfs", "modules", "worktrees"}
        return [name for name in names if name.endswith(".lock") or (Path(folder) == git and name in unneeded)]

    return ignore
