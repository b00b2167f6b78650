"""Scenario files: a small set of packages in one TOML file.

    description = "the new b needs a newer a than the index has"
    as-of = "2024-06-01"                  # optional: the index has the rules of this date

    a = ["1.0", "1.1"]                    # versions without further settings

    [b."1.0"]
    dependencies = ["a"]

    [b."2.0"]
    dependencies = ["a>=2", "rich; extra == 'cli'"]
    requires-python = ">=3.10"
    files = ["wheel", "sdist"]            # the default is one wheel
    yanked = "needs an a that does not exist"

Every other key of a version is a field of `Recipe`, with dashes instead of underscores (`extras`, `scripts`,
`summary`, `tag`, …), or `broken`, a name from `fake_pypi.packages.corruptions.CORRUPTIONS`. Versions must be in
quotes, because `[b.1.0]` is the table `0` in the table `1` in TOML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from fake_pypi.errors import FakePyPIError, InvalidScenario
from fake_pypi.packages.package import Package
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

RECIPE_KEYS = {field.name.replace("_", "-"): field.name for field in fields(Recipe)}
BUILD_TOOLS = {"wheel": wheel, "sdist": sdist}
VERSION_KEYS = sorted({"files", "yanked", "broken", *RECIPE_KEYS} - {"name", "version"})


@dataclass(frozen=True)
class ScenarioRelease:
    """A release in a scenario: its files, and the reason why it is yanked (True if no reason is given)."""

    project: str
    version: str
    packages: tuple[Package, ...]
    yanked: bool | str = False


@dataclass(frozen=True)
class Scenario:
    """The content of a scenario file. `as_of` is the date whose rules the index shall have, "" for today."""

    description: str
    releases: tuple[ScenarioRelease, ...]
    as_of: str = ""

    @property
    def packages(self) -> list[Package]:
        """Every file of every release."""
        return [package for release in self.releases for package in release.packages]


def load_scenario(path: str | Path) -> Scenario:
    """Read a scenario file; the module's docstring shows the format.

    Raises `InvalidScenario`, which names the place in the file, if it cannot be read, is not TOML, or has an unknown
    key or a wrong value.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidScenario(path, "", f"it cannot be read ({error})") from error
    return parse_scenario(text, path)


def parse_scenario(text: str, path: str | Path = "scenario") -> Scenario:
    """Read the text of a scenario file, as `load_scenario` does.

    >>> [package.filename for package in parse_scenario('a = ["1.0"]').packages]
    ['a-1.0-py3-none-any.whl']
    """
    content = _parse_toml(text, path)
    description = content.pop("description", "")
    if not isinstance(description, str):
        raise InvalidScenario(path, "description", "it must be text")
    as_of = content.pop("as-of", "") if isinstance(content.get("as-of"), str | date) else ""
    return Scenario(description, tuple(_releases(content, path)), str(as_of))


def _parse_toml(text: str, path: str | Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidScenario(path, "", f"it is not TOML ({error})") from error


def _releases(content: dict[str, Any], path: str | Path) -> Iterator[ScenarioRelease]:
    for project, versions in content.items():
        if isinstance(versions, list) and all(isinstance(version, str) for version in versions):
            versions = {version: {} for version in versions}  # noqa: PLW2901 - the short way to write the same
        if not isinstance(versions, dict):
            raise InvalidScenario(path, project, 'it must be a list of versions, or tables like [name."1.0"]')
        for version, table in versions.items():
            yield _release(project, version, table, path)


def _release(project: str, version: str, table: Any, path: str | Path) -> ScenarioRelease:
    place = f'{project}."{version}"'
    if not isinstance(table, dict) or any(isinstance(value, dict) and key.isdigit() for key, value in table.items()):
        raise InvalidScenario(path, place, f'it must be a table; write its version in quotes: [{project}."1.0"]')
    if unknown := sorted(table.keys() - set(VERSION_KEYS)):
        raise InvalidScenario(
            path, place, f"it has no key {', '.join(unknown)}; the keys are {', '.join(VERSION_KEYS)}"
        )
    values = dict(table)
    kinds, yanked, broken = values.pop("files", ["wheel"]), values.pop("yanked", False), values.pop("broken", None)
    for key, value in values.items():
        if expected := _type_mismatch(key, value):
            raise InvalidScenario(path, place, f"{key} = {value!r}: it must be {expected}")
    if not isinstance(kinds, list) or not set(map(str, kinds)) <= BUILD_TOOLS.keys():
        raise InvalidScenario(path, place, 'files must be a list of "wheel" and "sdist"')
    if not isinstance(yanked, str | bool):
        raise InvalidScenario(path, place, "yanked must be a reason, true or false")
    recipe = Recipe(project, version, **{RECIPE_KEYS[key]: value for key, value in values.items()})
    try:
        packages = tuple(BUILD_TOOLS[kind](recipe, broken=broken) for kind in kinds)
    except (FakePyPIError, TypeError, AttributeError, ValueError) as error:
        raise InvalidScenario(path, place, str(error)) from error
    return ScenarioRelease(project, version, packages, yanked)


def _type_mismatch(key: str, value: Any) -> str:
    """Return the type that the field of `Recipe` has, if the value has another one; else an empty text."""
    declared = str(next(field.type for field in fields(Recipe) if field.name == RECIPE_KEYS[key]))
    if declared.startswith("Sequence"):
        if key == "headers":  # pairs, which `Recipe` cannot check either
            return "" if isinstance(value, list) else "a list of pairs"
        matches = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return "" if matches else "a list of strings"
    if declared.startswith(("Mapping", "Files")):
        return "" if isinstance(value, dict) else "a table"
    return "" if isinstance(value, str) else "a string"
