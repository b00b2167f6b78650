"""The names of the projects that a source project requires, as far as its files declare them before a build."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.packages.requirements import read_requirements

if TYPE_CHECKING:
    from fake_pypi.rehearsal.source_project import SourceProject

NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")


@dataclass(frozen=True)
class DeclaredRequirements:
    """Normalized names: `runtime` is always installed, `optional` with an extra, `build` before the build.

    `complete` is False where the runtime requirements are known only after the build, as with a setup.py.
    """

    runtime: frozenset[str]
    optional: frozenset[str]
    build: frozenset[str]
    complete: bool = True

    @classmethod
    def of(cls, project: SourceProject) -> DeclaredRequirements:
        """Read the requirements in pyproject.toml (PEP 621, Poetry, flit), setup.cfg and setup.py."""
        setup_cfg = project.setup_cfg
        setup_py = project.setup_arguments
        runtime = [*_runtime(project.table), *_dynamic(project), *_lines(setup_cfg, "options", "install_requires")]
        runtime += texts_in(setup_py.get("install_requires"))
        optional = list(_optional(project.table))
        if setup_cfg.has_section("options.extras_require"):
            for extra in setup_cfg.options("options.extras_require"):
                optional += _lines(setup_cfg, "options.extras_require", extra)
        for requirements in table_at(setup_py, "extras_require").values():
            optional += texts_in(requirements)
        return cls(
            frozenset(_names(runtime)),
            frozenset(_names(optional)),
            frozenset(_names(project.build_requires)),
            complete=_is_complete(project, setup_cfg),
        )

    @property
    def all(self) -> frozenset[str]:
        """The names of all three kinds."""
        return self.runtime | self.optional | self.build


def table_at(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return a table inside of a table; an empty one where there is none, or something else."""
    for key in keys:
        value = table.get(key)
        table = value if isinstance(value, dict) else {}
    return table


def texts_in(value: object) -> list[str]:
    """Return the strings in a list; none of anything else."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _runtime(table: dict[str, Any]) -> Iterator[str]:
    yield from texts_in(table_at(table, "project").get("dependencies"))
    yield from texts_in(table_at(table, "tool", "flit", "metadata").get("requires"))
    for name, value in table_at(table, "tool", "poetry", "dependencies").items():
        if name != "python" and not _is_optional(value):
            yield name


def _optional(table: dict[str, Any]) -> Iterator[str]:
    extras = (
        table_at(table, "project", "optional-dependencies"),
        table_at(table, "tool", "flit", "metadata", "requires-extra"),
    )
    for requirements in (value for extra in extras for value in extra.values()):
        yield from texts_in(requirements)
    for name, value in table_at(table, "tool", "poetry", "dependencies").items():
        if _is_optional(value):
            yield name


def _is_optional(value: object) -> bool:
    return isinstance(value, dict) and value.get("optional") is True


def _dynamic(project: SourceProject) -> Iterator[str]:
    """Yield the requirements in the files that setuptools reads (`dynamic = ["dependencies"]`)."""
    named = table_at(project.table, "tool", "setuptools", "dynamic", "dependencies").get("file")
    for filename in [named] if isinstance(named, str) else texts_in(named):
        try:
            yield from read_requirements(project.root / filename)
        except UsageError:  # the build names a file that is missing
            continue


def _is_complete(project: SourceProject, setup_cfg: configparser.RawConfigParser) -> bool:
    if table_at(project.table, "tool", "setuptools", "dynamic", "dependencies"):
        return True
    if "project" in project.table:
        return "dependencies" not in texts_in(table_at(project.table, "project").get("dynamic"))
    declared = table_at(project.table, "tool", "poetry") or table_at(project.table, "tool", "flit")
    return bool(declared) or setup_cfg.has_section("metadata") or "install_requires" in project.setup_arguments


def _lines(parser: configparser.RawConfigParser, section: str, option: str) -> list[str]:
    return parser.get(section, option, fallback="").splitlines()


def _names(requirements: Iterable[str]) -> Iterator[str]:
    from packaging.utils import canonicalize_name

    for requirement in requirements:
        if match := NAME.match(requirement):
            yield canonicalize_name(match[1])
