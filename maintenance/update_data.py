"""Read the data files of fake_pypi/reference_data again from their origins.

    python tasks.py update-data                     the lists of installed libraries: classifiers, standard library
    python tasks.py update-data CLONE               and platform tags, limits, prohibited names of a clone of Warehouse
    python tasks.py update-data CLONE --to COMMIT   of another commit than the pinned one

It prints what was added and removed.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized
from fake_pypi.reference_data import FOLDER, DataFile
from maintenance.git_clone import GitClone
from maintenance.message_places import WAREHOUSE_REPOSITORY, known_names

CODE = "warehouse"
MIGRATIONS = "warehouse/migrations/versions"
PLATFORM_TAGS = {
    "single": "_allowed_platforms",
    "macosx": "_macosx_arches",
    "macosx_majors": "_macosx_major_versions",
    "manylinux": "_manylinux_arches",
    "musllinux": "_musllinux_arches",
    "ios": "_ios_arches",
    "android": "_android_arches",
}
LIMITS = {
    "file_size": "MAX_FILESIZE",
    "project_size": "MAX_PROJECT_SIZE",
    "compression_ratio": "COMPRESSION_RATIO_THRESHOLD",
    "compression_ratio_min_size": "COMPRESSION_RATIO_MIN_SIZE",
}
"""Name of a value -> name of the variable in the code of the server."""

_PROHIBITING = re.compile(r"INSERT\s+INTO\s+(?:blacklist|prohibited_project_names)\b", re.IGNORECASE)
_FIRST_VALUE = re.compile(r"\(\s*'([A-Za-z0-9._-]+)'")


def classifiers() -> DataFile:
    """Return the classifiers of the installed library."""
    from trove_classifiers import deprecated_classifiers, sorted_classifiers

    values = {"valid": list(sorted_classifiers), "deprecated": dict(deprecated_classifiers)}
    return _of_library("trove-classifiers", values)


def standard_library() -> DataFile:
    """Return the normalized names of all modules, and their packages, in the standard library of any Python version.

    The lists of stdlib-list have "Carbon.File" without "Carbon".
    """
    from stdlib_list import short_versions, stdlib_list

    modules = {name for version in short_versions for name in stdlib_list(version)}
    dotted = (accumulate(name.split("."), "{}.{}".format) for name in modules)
    names = {normalized(name.strip("-_.")) for parts in dotted for name in parts}
    return _of_library("stdlib-list", sorted(names))


def platform_tags(clone: GitClone, commit: str) -> DataFile:
    """Return the platform tags of wheels that a commit of the server accepts."""
    variables = assigned(clone, commit, PLATFORM_TAGS.values())
    values = {kind: sorted(variables[variable]) for kind, variable in PLATFORM_TAGS.items()}
    return _of_clone(clone, commit, values)


def limits(clone: GitClone, commit: str) -> DataFile:
    """Return the limits that are constants in the code of the server."""
    variables = assigned(clone, commit, LIMITS.values())
    return _of_clone(clone, commit, {name: variables[variable] for name, variable in LIMITS.items()})


def prohibited_names(clone: GitClone, commit: str) -> DataFile:
    """Return the names that the migrations of the server prohibit. PyPI's administrators add others, unpublished."""
    names: set[str] = set()
    for path in clone.files(commit, MIGRATIONS):
        for node in ast.walk(ast.parse(clone.text(commit, path) or "")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _PROHIBITING.search(node.value):
                names.update(map(normalized, _FIRST_VALUE.findall(node.value)))
    if not names:
        raise UsageError(f"no migration of {commit[:7]} prohibits a name", "see where the server lists them now")
    return _of_clone(clone, commit, sorted(names))


FROM_LIBRARIES: dict[str, Callable[[], DataFile]] = {
    "classifiers": classifiers,
    "standard_library": standard_library,
}
FROM_CLONE: dict[str, Callable[[GitClone, str], DataFile]] = {
    "platform_tags": platform_tags,
    "limits": limits,
    "prohibited_names": prohibited_names,
}


def assigned(clone: GitClone, commit: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of variables, wherever the server has them. Raises `UsageError` if one is missing."""
    wanted = list(names)
    values: dict[str, Any] = {}
    for path in dict.fromkeys(path for name in wanted for path in clone.files_with(commit, f"{name} =", CODE)):
        values.update(assignments(clone.text(commit, path) or ""))
    if missing := [name for name in wanted if name not in values]:
        raise UsageError(f"{commit[:7]} has no variable {', '.join(missing)}", "see where the server has it now")
    return {name: values[name] for name in wanted}


def assignments(source: str) -> dict[str, Any]:
    """Return the variables of a module whose values are literals, or sets and products of literals and each other.

    >>> assignments("MAX_FILESIZE = 100 * 1024 * 1024")
    {'MAX_FILESIZE': 104857600}
    """
    values: dict[str, Any] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                values[node.targets[0].id] = _value(node.value, values)
            except (ValueError, KeyError, TypeError):
                continue
    return values


def _value(node: ast.expr, values: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        if isinstance(node.op, ast.BitOr):
            return left | right
        if isinstance(node.op, ast.Mult):
            return left * right
        raise ValueError(ast.dump(node.op))
    return ast.literal_eval(node)


def _of_library(library: str, values: Any) -> DataFile:
    installed = version(library)
    today = datetime.now(tz=timezone.utc).date().isoformat()
    return DataFile(today, f"https://pypi.org/project/{library}/{installed}/", installed, values)


def _of_clone(clone: GitClone, commit: str, values: Any) -> DataFile:
    origin = f"https://github.com/{WAREHOUSE_REPOSITORY}/tree/{commit[:7]}"
    return DataFile(clone.date(commit), origin, commit[:7], values)


def update(folder: Path, name: str, new: DataFile) -> str:
    """Write a data file unless its values are the same, and return what changed."""
    file = folder / f"{name}.json"
    old = DataFile(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None
    if old is not None and old.values == new.values and old.version == new.version:
        return f"{name}: unchanged, {new.version}"
    file.write_text(json.dumps(vars(new), indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    before, after = (set(_parts(data.values)) if data else set() for data in (old, new))
    differences = [*(f"+ {part}" for part in sorted(after - before)), *(f"- {part}" for part in sorted(before - after))]
    return "\n  ".join([f"{name}: {old.version if old else '(new)'} -> {new.version}", *differences])


def _parts(values: Any, prefix: str = "") -> Iterator[str]:
    """Yield each value with the names of the lists and objects that it is in."""
    if isinstance(values, dict):
        for name, value in values.items():
            yield from _parts(value, f"{prefix}{name}: ")
    elif isinstance(values, list):
        yield from (f"{prefix}{value}" for value in values)
    else:
        yield f"{prefix}{values}"


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python tasks.py update-data", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clone", nargs="?", type=Path, metavar="CLONE", help="a git clone of pypi/warehouse")
    parser.add_argument("--to", default=known_names().commit, metavar="COMMIT", help="default: the pinned commit")
    options = parser.parse_args(arguments)
    try:
        for name, read in FROM_LIBRARIES.items():
            print(update(folder, name, read()))
        if options.clone is not None:
            clone = GitClone(options.clone)
            commit = clone.commit(options.to)
            for name, read_clone in FROM_CLONE.items():
                print(update(folder, name, read_clone(clone, commit)))
    except UsageError as error:
        print(f"update-data: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
