"""Copy a project to build it there: the copy has what `python -m build` would see, and the original stays unchanged.

In a git checkout, the files that git tracks or does not ignore are copied; elsewhere, all files except virtual
environments, caches and build results. Temporary folders of this program are never copied: with TMPDIR inside the
project, the copy itself is in one.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fake_pypi.temporary import is_process_folder

TOOL_FOLDERS = {
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
"""Names of folders that tools create, at any depth."""
SMALL_FILE = 1 << 20
"""Most bytes of a file that is copied in one piece."""
RESULT_FOLDERS = {"dist", "build", "wheelhouse"}
"""Names of folders of build results; excluded at the top of the project only."""


def copy_source(project: Path, into: Path) -> Path:
    """Copy the project (with the checkout it is part of) into a folder, and return the project's path in the copy.

    Symbolic links stay links. A link to a file outside the project points to the same file from the copy.
    """
    checkout = _checkout(project)
    if checkout is None:
        target = into / project.name
        _copy_files(project, list(_walk(project)), target)
        if (project / ".git").exists():
            _copy_git(project / ".git", target / ".git")
        return target
    top, files = checkout
    target = into / top.name
    _copy_files(top, files, target)
    _copy_git(top / ".git", target / ".git")
    return target / project.relative_to(top)


def _checkout(project: Path) -> tuple[Path, list[Path]] | None:
    """Return the top folder of the git checkout and its files; None if the project is not part of a checkout."""
    top = next((folder for folder in (project, *project.parents) if (folder / ".git").exists()), None)
    if top is None:
        return None
    tracked = git_files(top, "--cached")
    untracked = git_files(top, "--others", "--exclude-standard")
    if tracked is None or untracked is None:
        return None
    files = [*tracked, *(file for file in untracked if not _is_excluded(top, file))]
    inside = project.relative_to(top)
    belongs = any((inside / name) in set(files) for name in ("pyproject.toml", "setup.py"))
    return (top, files) if belongs else None


def git_files(top: Path, *which: str) -> list[Path] | None:
    """Return what `git ls-files` lists below a folder, relative to it; None without a checkout or without git."""
    # A hook's GIT_DIR would select another repository; without optional locks git does not write the user's index.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        listed = subprocess.run(["git", "ls-files", "-z", *which], cwd=top, env=clean, capture_output=True, check=False)
    except OSError:
        return None
    if listed.returncode != 0:
        return None
    return [Path(os.fsdecode(name)) for name in listed.stdout.split(b"\0") if name]


def _is_excluded(top: Path, file: Path) -> bool:
    parents = [parent for parent in file.parents if parent != Path()]
    return (
        bool(TOOL_FOLDERS.intersection(file.parts))
        or file.parts[0] in RESULT_FOLDERS
        or any((top / parent / "pyvenv.cfg").is_file() or is_process_folder(top / parent) for parent in parents)
    )


def _walk(top: Path) -> Iterator[Path]:
    """Yield the files below a folder that is not a git checkout, except environments, caches and build results."""
    for folder, names, files in os.walk(top):
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        yield from (here.joinpath(name).relative_to(top) for name in (*files, *links))
        names[:] = [name for name in names if name not in links and not _is_excluded_folder(here / name, top)]
        if not names and not files and here != top:
            yield here.relative_to(top)


def _is_excluded_folder(folder: Path, top: Path) -> bool:
    if folder.name == ".git" or folder.name in TOOL_FOLDERS or (folder / "pyvenv.cfg").is_file():
        return True
    if is_process_folder(folder):
        return True
    return folder.parent == top and folder.name in RESULT_FOLDERS and not (folder / "__init__.py").is_file()


def _copy_files(source: Path, files: Iterable[Path], target: Path) -> None:
    target.mkdir(parents=True)
    created = {""}
    for file in map(str, files):
        origin, copy = f"{source}{os.sep}{file}", f"{target}{os.sep}{file}"
        parent = file.rpartition(os.sep)[0]
        if parent not in created:
            (target / parent).mkdir(parents=True, exist_ok=True)
            created.add(parent)
        try:
            status = os.lstat(origin)
        except FileNotFoundError:  # git lists it, but it was deleted
            continue
        if stat.S_ISLNK(status.st_mode):
            _copy_link(Path(origin), Path(copy), source)
        elif stat.S_ISDIR(status.st_mode):
            _copy_folder(Path(origin), Path(copy))
        elif stat.S_ISREG(status.st_mode):
            _copy_file(origin, copy, status)


def _copy_file(origin: str, copy: str, status: os.stat_result) -> None:
    """Copy a regular file with its mode and times, in a quarter of the time of `shutil.copy2` for a small one."""
    if status.st_size > SMALL_FILE or os.name == "nt":
        shutil.copy2(origin, copy)
        return
    with open(origin, "rb") as source, open(copy, "wb") as target:  # noqa: PTH123 - Path.open is slower
        target.write(source.read())
        target.flush()
        os.fchmod(target.fileno(), stat.S_IMODE(status.st_mode))
        os.utime(target.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_link(origin: Path, copy: Path, source: Path) -> None:
    """Copy a link, or the file behind it where links need a privilege that this process does not have (Windows)."""
    try:
        copy.symlink_to(_link_target(origin, source), target_is_directory=origin.is_dir())
    except OSError:
        if not origin.is_file():
            raise
        shutil.copy2(origin, copy)


def _copy_folder(origin: Path, copy: Path) -> None:
    """Copy a submodule, which git lists as one name, or an empty folder."""
    _copy_files(origin, list(_walk(origin)), copy)
    if (origin / ".git").exists():
        _copy_git(origin / ".git", copy / ".git")


def _link_target(link: Path, top: Path) -> Path:
    """Return the target of a link, made absolute if it is outside of `top`."""
    target = link.readlink()
    resolved = Path(os.path.normpath(link.parent / target))
    return target if target.is_absolute() or resolved.is_relative_to(top) else resolved


def _copy_git(git: Path, copy: Path) -> None:
    """Copy a repository without its objects: git reads them from the original through `objects/info/alternates`."""
    if git.is_file():  # a worktree or submodule: a file that names the real folder
        pointer = git.read_text(encoding="utf-8").partition(":")[2].strip()
        copy.write_text(f"gitdir: {os.path.normpath(git.parent / pointer)}\n", encoding="utf-8")
        return
    shutil.copytree(git, copy, symlinks=True, ignore=_objects_of(git))
    alternates = copy / "objects" / "info" / "alternates"
    alternates.parent.mkdir(parents=True, exist_ok=True)
    object_folders = [git / "objects", *_alternates_of(git / "objects")]
    # git takes a carriage return for a part of the path.
    alternates.write_text("".join(f"{folder.as_posix()}\n" for folder in object_folders), "utf-8", newline="\n")


def _alternates_of(objects: Path) -> list[Path]:
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
