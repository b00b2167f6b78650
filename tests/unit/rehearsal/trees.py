"""Trees of files for the tests of repositories with several projects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def tree(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder, and return the folder."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def project(name: str, *requires: str, tables: str = "", classifiers: Sequence[str] = ()) -> str:
    """Return the text of a pyproject.toml that hatchling can build."""
    lines = [
        "[build-system]",
        'requires = ["hatchling"]',
        'build-backend = "hatchling.build"',
        "[project]",
        f'name = "{name}"',
        'version = "1.0"',
        f"dependencies = {list(requires)!r}",
        f"classifiers = {list(classifiers)!r}",
        tables,
    ]
    return "\n".join(lines)
