"""Find the folders of the projects that one repository contains.

They are declared by the tools that know workspaces (uv, hatch, PDM), or are dependencies on folders (Poetry, uv, PEP
508 `file:` URLs, `-e ./folder` in requirements files). Without either, and where the root is no project itself, they
are all projects that are found in its folders.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from fake_pypi.rehearsal.declared_requirements import table_at, texts_in
from fake_pypi.rehearsal.source_copy import RESULT_FOLDERS, TOOL_FOLDERS
from fake_pypi.rehearsal.source_project import FILES, read_pyproject

NOT_RELEASED = {
    *("test", "tests", "testing", "testdata", "fixtures", "e2e"),
    *("doc", "docs", "example", "examples", "demo", "demos", "samples", "tutorials"),
    *("benchmark", "benchmarks", "template", "templates", "vendor", "_vendor", "third_party", "scripts", "tools"),
}
"""Names of folders whose projects serve the repository itself; used if a tool declares them as members."""
DEEPEST = 3
"""How many folders below the root a project may be that nothing declares, as in libs/partners/NAME."""
REQUIREMENTS_FILES = ("requirements*.txt", "*requirements.txt", "requirements/*.txt")
LOCAL_PATH = re.compile(r"(?:^(?:-e|--editable)[\s=]+|@\s*|^)(file:[^\s;#]+|\.{1,2}(?:[/\\][^\s;#\[]*|(?=$|\[))|\.$)")
ROOT_VARIABLES = (
    ("{root:parent:uri}", ".."),
    ("{root:uri}", "."),
    ("file:///${PROJECT_ROOT}", "."),
    ("{root}", "."),
)
"""What hatch and PDM replace with the folder of the project."""


def member_folders(root: Path) -> list[Path]:
    """Return the folders of all projects of a repository except its root, in order of declaration, each once.

    A folder may have no project in it, if it is declared without a pattern.
    """
    members = list(dict.fromkeys(_declared_folders(root)))
    for folder in [root, *members]:
        members += [path for path in _path_dependencies(folder) if _is_possible_member(path, root)]
    members += [path for path in _required_folders(root) if _is_possible_member(path, root)]
    members = [member for member in dict.fromkeys(members) if member != root]
    for member in members:  # grows while it is read: dependencies of dependencies
        found = [path for path in _path_dependencies(member) if _is_possible_member(path, root)]
        members += [path for path in dict.fromkeys(found) if path not in members and path != root]
    return members


def undeclared_members(root: Path) -> list[Path]:
    """Return the folders of the projects below a folder, sorted; projects inside of projects are left out."""
    return sorted(_walk(root, 1))


def has_project_file(folder: Path) -> bool:
    """Return whether a folder has a pyproject.toml or a setup.py."""
    return any((folder / name).is_file() for name in FILES)


def _declared_folders(root: Path) -> Iterator[Path]:
    """Yield the members that [tool.uv.workspace] and the workspaces of hatch and PDM declare."""
    tools = table_at(_table(root), "tool")
    hatch_environments = [table for table in table_at(tools, "hatch", "envs").values() if isinstance(table, dict)]
    workspaces = [
        table_at(tools, "uv", "workspace"),
        table_at(tools, "pdm", "workspace"),
        table_at(tools, "hatch", "workspace"),
        *(table_at(environment, "workspace") for environment in hatch_environments),
    ]
    for workspace in workspaces:
        listed = workspace.get("members")
        items = listed if isinstance(listed, list) else []
        patterns = texts_in([item.get("path") if isinstance(item, dict) else item for item in items])
        excluded = {path for pattern in texts_in(workspace.get("exclude")) for path in _matches(root, pattern)}
        for pattern in patterns:
            found = [path for path in _matches(root, pattern) if path not in excluded]
            yield from [path for path in found if has_project_file(path) or not glob.has_magic(pattern)]


def _matches(root: Path, pattern: str) -> list[Path]:
    """Return the folders that match a pattern; a pattern without wildcards is returned as it is."""
    if not glob.has_magic(pattern):
        return [_resolved(root / pattern)]
    paths = sorted(glob.glob(str(Path(glob.escape(str(root))) / pattern), recursive=True))  # noqa: PTH207 - ".." in it
    folders = [_resolved(Path(path)) for path in paths if Path(path).is_dir()]
    return [folder for folder in folders if not TOOL_FOLDERS.intersection(folder.parts)]


def _path_dependencies(folder: Path) -> Iterator[Path]:
    """Yield the folders that the dependencies in a pyproject.toml name."""
    table = _table(folder)
    tools = table_at(table, "tool")
    poetry_groups = [value for value in table_at(tools, "poetry", "group").values() if isinstance(value, dict)]
    named = [
        table_at(tools, "uv", "sources"),
        table_at(tools, "poetry", "dependencies"),
        table_at(tools, "poetry", "dev-dependencies"),
        *(table_at(group, "dependencies") for group in poetry_groups),
    ]
    for sources in named:
        for value in sources.values():
            for source in value if isinstance(value, list) else [value]:
                if isinstance(source, dict) and isinstance(source.get("path"), str):
                    yield _resolved(folder / source["path"])
    extras = table_at(table, "project", "optional-dependencies")
    environments = [value for value in table_at(tools, "hatch", "envs").values() if isinstance(value, dict)]
    lists: list[object] = [
        table_at(table, "project").get("dependencies"),
        *extras.values(),
        *table_at(table, "dependency-groups").values(),
        *table_at(tools, "pdm", "dev-dependencies").values(),
        *(environment.get(key) for environment in environments for key in ("dependencies", "extra-dependencies")),
    ]
    for requirements in lists:
        yield from _local_paths(texts_in(requirements), folder)


def _required_folders(root: Path) -> Iterator[Path]:
    """Yield the folders that the requirements files of a root name: `-e ./folder`, `name @ file:./folder`."""
    for pattern in REQUIREMENTS_FILES:
        for file in sorted(root.glob(pattern)):
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                continue
            # pip reads paths relative to the current folder, which is the root.
            yield from _local_paths([_with_dot(line.strip(), root) for line in lines], root)


def _with_dot(line: str, root: Path) -> str:
    """Write `-e folder` as `-e ./folder`, which is the same for pip."""
    match = re.match(r"(-e|--editable)[\s=]+([^.\s:@][^\s:@;#\[]*)", line)
    return f"-e ./{match[2]}" if match and (root / match[2]).is_dir() else line


def _local_paths(requirements: Iterable[str], folder: Path) -> Iterator[Path]:
    for requirement in requirements:
        text = requirement
        for variable, replacement in ROOT_VARIABLES:
            text = text.replace(variable, replacement)
        match = LOCAL_PATH.search(text)
        if match is None:
            continue
        path = match[1]
        if path.startswith("file:"):
            path = url2pathname(unquote(urlsplit(path).path))
        yield _resolved(folder / path)


def _is_possible_member(path: Path, root: Path) -> bool:
    """Return whether a folder that a dependency names is inside of the root and is a project to release."""
    if not path.is_relative_to(root) or not has_project_file(path):
        return False
    return not NOT_RELEASED.intersection(part.lower() for part in path.relative_to(root).parts)


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    left_out = TOOL_FOLDERS | RESULT_FOLDERS | NOT_RELEASED
    for name in entries:
        child = folder / name
        if name.startswith(".") or name.lower() in left_out or (child / "pyvenv.cfg").is_file():
            continue
        if has_project_file(child):
            yield child
        elif depth < DEEPEST:
            yield from _walk(child, depth + 1)


def _table(folder: Path) -> dict[str, Any]:
    file = folder / "pyproject.toml"
    return read_pyproject(file) if file.is_file() else {}


def _resolved(path: Path) -> Path:
    return Path(os.path.normpath(path))
